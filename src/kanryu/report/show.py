"""`kanryu show` as text: lists of entities and deals, or one of them with its evidence."""

from __future__ import annotations

from kanryu.case.shown import DealLine, EntityLine, Evidence, LegLine, Shown
from kanryu.core.dates import parse_date
from kanryu.core.errors import InputError
from kanryu.core.money import Amount
from kanryu.core.words import say
from kanryu.report import numbers
from kanryu.report.layout import WIDTH, cut, table
from kanryu.report.names import Names, instrument, rung, status

ROLES = ("capital", "labs", "clouds", "chips", "outside")


def text(shown: Shown, lang: str, names: Names, *, top: int = 40) -> str:
    """What a person reads; long lists say how many lines they leave out."""
    title = shown.title_ja if lang == "ja" else shown.title_en
    known = shown.origin.inputs.get("known_by")
    when = say(lang, "show.as_known_on", day=_day(str(known), lang)) if known else say(lang, "show.all_facts")
    lines = [f"{title} · {when}", ""]
    if shown.kind == "case":
        lines += _case(shown, lang, names, top)
    elif shown.kind == "entity":
        lines += _entity(shown, lang, names)
    else:
        for leg in shown.legs:
            lines += [*_leg(leg, lang, names), ""]
    lines += [say(lang, "show.coverage", **shown.origin.coverage)]
    return "\n".join(lines)


def _case(shown: Shown, lang: str, names: Names, top: int) -> list[str]:
    lines = [say(lang, "show.entities", count=len(shown.entities))]
    for role in ROLES:
        found = [entity for entity in shown.entities if entity.role == role]
        if found:
            listed = ", ".join(_entity_word(entity, lang) for entity in found)
            lines.append(f"  {say(lang, f'show.role.{role}')}: {listed}")
    lines += ["", say(lang, "show.deals", count=len(shown.deals), shown=min(top, len(shown.deals)))]
    lines.append(table([_deal_row(deal, lang, names) for deal in shown.deals[:top]]))
    if len(shown.deals) > top:
        lines.append("  " + say(lang, "show.more", count=len(shown.deals) - top, all=len(shown.deals)))
    lines += ["", say(lang, "show.how", case=shown.case), ""]
    return lines


def _entity_word(entity: EntityLine, lang: str) -> str:
    name = entity.name_ja if lang == "ja" else entity.name_en
    return f"{name} [{entity.id}]" if name.lower() != entity.id else name


def _deal_row(deal: DealLine, lang: str, names: Names) -> list[str]:
    between = "・" if lang == "ja" else ", "
    parties = between.join(names.entity(party, lang) for party in deal.parties)
    kinds = between.join(instrument(kind, lang) for kind in deal.instruments)
    return [deal.deal_id, _rung(deal.rung, lang), cut(parties, 44), cut(kinds, 40)]


def _rung(name: str | None, lang: str) -> str:
    return rung(name, lang) if name else say(lang, "show.not_yet_known")


def _entity(shown: Shown, lang: str, names: Names) -> list[str]:
    entity = shown.entities[0]
    lines = [f"{_entity_word(entity, lang)} · {say(lang, f'show.role.{entity.role}')} · {entity.kind}"]
    if entity.is_aggregate:
        lines.append("  " + say(lang, "show.aggregate"))
    for title, end, other in (("show.pays", "payer", "payee"), ("show.receives", "payee", "payer")):
        legs = [leg for leg in shown.legs if getattr(leg, end) == entity.id and leg.rung is not None]
        if legs:
            rows = [
                [
                    cut(names.entity(getattr(leg, other), lang), 28),
                    instrument(leg.instrument, lang),
                    _standing(leg, lang),
                    _amounts(leg, lang),
                    leg.key,
                ]
                for leg in legs
            ]
            lines += ["", say(lang, title, count=len(legs)), table(rows)]
    if shown.stakes:
        rows = [
            [
                names.entity(stake.owner, lang),
                names.entity(stake.issuer, lang),
                f"{stake.pct:g}%" if stake.pct is not None else say(lang, "numbers.unknown"),
                _day(stake.as_of, lang),
            ]
            for stake in shown.stakes
        ]
        lines += ["", say(lang, "show.stakes"), table(rows)]
    return [*lines, ""]


def _standing(leg: LegLine, lang: str) -> str:
    if leg.ended_by:
        return status(leg.ended_by, lang)
    return _rung(leg.rung, lang)


def _amounts(leg: LegLine, lang: str) -> str:
    """The amount of the rung on which the leg stands; a payment beside what is owed."""
    owed = leg.bound if leg.bound is not None else leg.talked
    text = numbers.amount(owed, lang) if owed is not None else say(lang, "numbers.unknown")
    if leg.paid is not None and leg.paid != owed:
        text = say(lang, "show.of_which_paid", owed=text, paid=numbers.amount(leg.paid, lang))
    return text


def _leg(leg: LegLine, lang: str, names: Names) -> list[str]:
    route = f"{names.entity(leg.payer, lang)} → {names.entity(leg.payee, lang)}"
    lines = [f"{leg.key}  {route}  {instrument(leg.instrument, lang)}"]
    if leg.description:
        lines.append(f"  {leg.description}")
    standing = say(lang, "show.stands", rung=_rung(leg.rung, lang), reason=say(lang, leg.reason))
    if leg.replaced_by:
        standing += " · " + say(lang, "show.replaced_by", leg=leg.replaced_by)
    lines.append("  " + standing)
    for key in ("talked", "bound", "paid"):
        value: Amount | None = getattr(leg, key)
        shown = numbers.amount(value, lang) if value is not None else say(lang, "show.nothing")
        lines.append(f"    {rung(key, lang)}: {shown}")
    if leg.start or leg.end:
        lines.append("  " + say(lang, "show.term", start=_day(leg.start, lang), end=_day(leg.end, lang)))
    for label, words in (("show.note", leg.amount_note), ("show.conditions", leg.conditions)):
        if words:
            lines.append("  " + say(lang, label, text=words))
    marks = [say(lang, f"show.{name}.{_yes(getattr(leg, name))}") for name in _MARKS if getattr(leg, name) is not None]
    if leg.is_joint:
        marks.append(say(lang, "show.is_joint"))
    marks += [
        say(lang, f"show.{name}", leg=getattr(leg, name)) for name in ("replaces", "part_of") if getattr(leg, name)
    ]
    if marks:
        lines.append("  " + (" · ").join(marks))
    if leg.evidence:
        lines.append("  " + say(lang, "show.evidence", count=len(leg.evidence)))
        for item in leg.evidence:
            lines += _evidence(item, lang)
    if leg.notes_are_hidden:
        lines.append("  " + say(lang, "show.notes_hidden"))
    lines.append("  " + say(lang, "show.place", place=leg.place))
    return lines


_MARKS = ("is_cancelable", "is_contingent", "is_funded")


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _evidence(item: Evidence, lang: str) -> list[str]:
    head = f"    {_day(item.date, lang)}  {status(item.status, lang)}"
    if not item.amount.is_unknown and item.status not in ("cancelled", "lapsed", "replaced"):
        head += f"  {numbers.amount(item.amount, lang)}"
        if item.scope != "leg":
            head += f" ({say(lang, f'show.scope.{item.scope}')})"
    if not item.leg:
        head += f"  [{say(lang, 'show.whole_deal')}]"
    if item.is_repeat:
        head += f"  [{say(lang, 'show.repeat')}]"
    if item.is_cumulative:
        head += f"  [{say(lang, 'show.cumulative')}]"
    if item.known_on != item.date:
        head += "  " + say(lang, "show.known_on", day=_day(item.known_on, lang))
    source = f"{item.publisher} ({item.grade})" if item.grade else item.publisher
    lines = [head, *(f"      {words}" for words in (item.what, f"{source}  {item.url}".strip()) if words)]
    if item.quote:
        lines.append(f"      “{cut(item.quote, WIDTH)}”")
    return lines


def _day(day: str, lang: str) -> str:
    try:
        return numbers.day(parse_date(day), lang)
    except InputError:
        return say(lang, "numbers.no_date")
