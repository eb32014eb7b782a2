"""Clearing and distress as text: who fails in which round, who pays what, how sure the answer is."""

from __future__ import annotations

from kanryu.core.words import say
from kanryu.report.numbers import count, money, share
from kanryu.stress.certificate import Certificate
from kanryu.stress.clearing import Clearing
from kanryu.stress.debtrank import Distress

SHOWN = 30


def certificate_text(certificate: Certificate, lang: str, key: str = "stress.certificate") -> str:
    """The certificate in one or two sentences."""
    parts = [
        say(lang, "stress.certificate_exact")
        if certificate.exact
        else say(lang, key, residual=f"{certificate.residual:.1e}", rounds=count(certificate.rounds))
    ]
    if certificate.least_differs:
        parts.append(say(lang, "stress.fear_possible", names=", ".join(certificate.least_defaults[:8])))
    elif certificate.least_differs is False:
        parts.append(say(lang, "stress.fear_impossible"))
    if not certificate.converged:
        parts.append(say(lang, "stress.not_settled"))
    return " ".join(parts)


def text(result: Clearing, lang: str) -> str:
    """What `kanryu clear` prints."""
    lines = []
    if result.defaults:
        total = sum(len(names) for names in result.defaults)
        lines.append(say(lang, "stress.failures", count=count(total), shortfall=money(result.shortfall, lang, "")))
        for number, names in enumerate(result.defaults, 1):
            shown = ", ".join(names[:SHOWN]) + (" ..." if len(names) > SHOWN else "")
            lines.append("  " + say(lang, "stress.round", number=number, names=shown))
    else:
        lines.append(say(lang, "stress.nobody_fails"))
    lines.append("")
    width = max([len(name) for name in list(result.payments)[:SHOWN]], default=4)
    head = [say(lang, f"stress.column_{key}") for key in ("pays", "recovery", "receives", "equity")]
    lines.append(" " * width + "".join(f"{title:>14}" for title in head))
    for name in sorted(result.payments, key=lambda name: -result.payments[name])[:SHOWN]:
        part = share(result.recovery[name], lang) if name in result.recovery else "-"
        cells = (
            money(result.payments[name], lang, ""),
            part,
            money(result.received[name], lang, ""),
            money(result.equity[name], lang, ""),
        )
        lines.append(f"{name:<{width}}" + "".join(f"{cell:>14}" for cell in cells))
    if len(result.payments) > SHOWN:
        lines.append(say(lang, "stress.and_more", count=count(len(result.payments) - SHOWN)))
    return "\n".join([*lines, "", certificate_text(result.certificate, lang)])


def distress_text(result: Distress, lang: str) -> str:
    """What `kanryu debtrank` prints."""
    lines = [
        say(
            lang,
            "stress.debtrank",
            debtrank=share(result.debtrank, lang),
            original=share(result.original_stress, lang),
            losses=money(result.additional_losses, lang, ""),
            defaults=count(result.additional_defaults),
        )
    ]
    if result.spectral_radius is not None:
        key = "stress.dies_out" if result.spectral_radius < 1 else "stress.feeds_itself"
        lines.append(say(lang, key, radius=f"{result.spectral_radius:.3f}"))
    lines.append("")
    hit = sorted((h, name) for name, h in result.stress.items() if h > 0)[::-1]
    width = max([len(name) for _, name in hit[:SHOWN]], default=4)
    lines += [f"  {name:<{width}} {share(h, lang):>6}" for h, name in hit[:SHOWN]]
    if len(hit) > SHOWN:
        lines.append(say(lang, "stress.and_more", count=count(len(hit) - SHOWN)))
    return "\n".join([*lines, "", certificate_text(result.certificate, lang)])
