"""The answer of `kanryu trace` on a case, as an analyst reads it."""

from __future__ import annotations

from kanryu.case.records import Case
from kanryu.core.words import say, say_or
from kanryu.follow.case_trace_records import Narrows, OnRung, OwnMoney, Span, Split
from kanryu.report.layout import table
from kanryu.report.names import Names
from kanryu.report.names import rung as rung_name
from kanryu.report.numbers import count, money, money_range, share, share_range

MOST_NAMES = 4
MOST_SOURCES = 4


class CaseText:
    """Writes one answer in one language."""

    def __init__(self, result: OwnMoney, case: Case, lang: str) -> None:
        self.result, self.case, self.lang = result, case, lang
        self.names = Names(case)
        self.legs = {leg.key: leg for leg in case.legs}

    def word(self, key: str, **values: object) -> str:
        """A sentence of this page."""
        return say(self.lang, f"case_trace.{key}", **values)

    def span(self, span: Span | None, *, unknown: str = "unknown") -> str:
        """Money between limits; nothing, no limit and not reported are told apart."""
        if span is None:
            return self.word(unknown)
        if span.high is None:
            return money_range(span.low, None, self.lang, self.result.currency) if span.low else self.word("no_limit")
        if span.high == 0:
            return self.word("nothing")
        return money_range(span.low, span.high, self.lang, self.result.currency)

    def share(self, span: Span | None) -> str:
        """A share between limits."""
        return self.word("unknown_share") if span is None else share_range(span.low, span.high, self.lang)

    def entity(self, entity_id: str) -> str:
        """A company's name."""
        return self.names.entity(entity_id, self.lang)

    def money(self, value: float | None) -> str:
        """One amount; None is no limit."""
        if value is None:
            return self.word("no_limit")
        return money(value, self.lang, self.result.currency) if value else self.word("nothing")

    def headline(self) -> list[str]:
        """What came in, what of it is own money, and what that rests on."""
        result, on = self.result, self.result.headline
        title = self.case.title_ja if self.lang == "ja" else self.case.title_en
        lines = [
            self.word("title", company=self.entity(result.company), case=title, rung=rung_name(result.rung, self.lang))
        ]
        split = on.total if on.total is not None else on.ahead
        if split is None:
            return [*lines, "  " + self.word("no_deals")]
        if split.inflow is None:
            is_open = split.deals.high is None and not split.deals.low
            key = "not_reported_open" if is_open else "not_reported"
            lines.append("  " + self.word(key, years=split.label, deals=self.span(split.deals)))
        else:
            lines.append("  " + self.word("reported", years=split.label, amount=self.span(split.inflow)))
        lines.append("  " + self.word("paid_out", amount=self.span(on.paid_out)))
        if split.own.high == 0:
            lines.append("  " + self.word("financed_nobody" if on.paid_out.high == 0 else "none"))
        elif split.own.high is None:
            lines.append("  " + self.word("own_unlimited"))
        elif split.own_share is None:
            lines.append("  " + self.word("own", amount=self.span(split.own)))
        else:
            lines.append("  " + self.word("own_share", amount=self.span(split.own), share=self.share(split.own_share)))
        if split.own.high and split.own.low == 0:
            lines.append("  " + self.word("why_zero"))
        return lines

    def split_rows(self, splits: list[Split]) -> str:
        """One line per year: by whose money the inflow was."""
        head = [self.word(f"head_{name}") for name in ("years", "inflow", "own", "share", "insiders", "outside")]
        rows = [
            [
                split.label,
                self.span(split.inflow, unknown="unreported"),
                self.span(split.own),
                self.share(split.own_share),
                self.span(split.insiders),
                self.span(split.outside),
            ]
            for split in splits
        ]
        return table(rows, "<>>>>>", head=head)

    def rung_rows(self) -> str:
        """The same question on every rung."""
        rows = []
        for name, on in self.result.on.items():
            split = on.total if on.total is not None else on.ahead
            rows.append(
                [
                    rung_name(name, self.lang),
                    self.span(on.paid_out),
                    self.span(split.own) if split is not None else self.word("nothing"),
                    self.share(split.own_share) if split is not None else "",
                    self.span(on.ahead.own) if on.ahead is not None and on.total is not None else "",
                    self.word("legs", legs=count(on.legs_on_the_way), unknown=count(len(on.unknown))),
                ]
            )
        head = [self.word(f"head_{name}") for name in ("rung", "paid_out", "own", "share", "ahead", "legs")]
        return table(rows, "<>>>><", head=head)

    def rule_rows(self, on: OnRung) -> str:
        """Each rule on the amounts that are known, and on those that allow most."""
        rows = [
            [
                say(self.lang, f"trace.rule.{rule}"),
                self.money(answer.known),
                share(answer.known_share, self.lang) if answer.known_share is not None else "",
                self.money(answer.widest),
                share(answer.widest_share, self.lang) if answer.widest_share is not None else "",
            ]
            for rule, answer in on.rules.items()
        ]
        head = [self.word("head_rule"), self.word("head_known"), "", self.word("head_widest"), ""]
        return table(rows, "<>>>>", head=head)

    def narrows(self, found: Narrows) -> str:
        """What one missing fact would do."""
        if found.what == "amount":
            leg = self.legs[found.name]
            what = self.word(
                "narrows_amount",
                payer=self.entity(leg.payer),
                payee=self.entity(leg.payee),
                kind=say_or(self.lang, f"names.instrument.{leg.instrument}", leg.instrument),
                leg=found.name,
            )
        else:
            what = self.word(f"narrows_{found.what}", company=self.entity(found.name))
        key = "narrows_low" if found.what == "other_money" else "narrows_high"
        if found.saved is None:
            key = "narrows_limit"
        return self.word(
            key, what=what, low=self.money(found.low), high=self.money(found.high), saved=self.money(found.saved)
        )

    def text(self) -> str:
        """The whole answer."""
        on = self.result.headline
        lines = self.headline()
        splits = [*on.years, *([on.total] if on.total is not None else []), *([on.ahead] if on.ahead else [])]
        if splits:
            lines += ["", self.split_rows(splits)]
        lines += ["", "  " + self.word("by_rung"), self.rung_rows()]
        payers = [payer for payer in on.payers if payer.high is None or payer.high > 0][:MOST_NAMES]
        if payers:
            named = [f"{self.entity(payer.payer)} {self.money(payer.high)}" for payer in payers]
            lines += ["", "  " + self.word("through", names=" · ".join(named))]
        if any(answer.widest for answer in on.rules.values()):
            lines += ["", "  " + self.word("rules"), self.rule_rows(on)]
        if self.result.narrows:
            lines += ["", "  " + self.word("worth")]
            lines += ["  - " + self.narrows(found) for found in self.result.narrows]
        lines += ["", *self._footer(on)]
        return "\n".join(lines)

    def _footer(self, on: OnRung) -> list[str]:
        lines = []
        if on.unknown:
            lines.append("  " + self.word("unknown_legs", unknown=len(on.unknown), legs=on.legs_on_the_way))
        if self.result.missing:
            named = [self._missing(name) for name in self.result.missing]
            rest = len(named) - MOST_NAMES
            more = " " + self.word("and_more", more=rest) if rest > 0 else ""
            lines.append("  " + self.word("missing", names=", ".join(named[:MOST_NAMES]) + more))
        for conflict in on.conflicts[:3]:
            lines.append(
                "  "
                + self.word(
                    "conflict",
                    company=self.entity(conflict.entity),
                    year=conflict.year,
                    kind=self.word(f"kind_{conflict.kind}"),
                    legs=self.money(conflict.legs),
                    total=self.money(conflict.total),
                )
            )
        lines.append("  " + say(self.lang, "core.assumptions") + ":")
        lines += ["  - " + say(self.lang, key) for key in self.result.origin.assumptions]
        sources = self.result.origin.sources
        if sources:
            lines.append("  " + self.word("sources", count=len(sources)))
            lines += ["    " + url for url in sources[:MOST_SOURCES]]
        return lines

    def _missing(self, name: str) -> str:
        company, _, kind = name.partition(":")
        return self.word("missing_one", company=self.entity(company), kind=self.word(f"kind_{kind}"))


def text(result: OwnMoney, case: Case, lang: str) -> str:
    """Own money of a company: headline, years, rungs, rules, what is worth finding, coverage, sources."""
    return CaseText(result, case, lang).text()
