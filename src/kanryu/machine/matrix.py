"""The model as tables: balance-sheet matrix, flow matrix, equations and who reads what, from the model itself."""

from __future__ import annotations

import msgspec

from kanryu.core.errors import NotFound
from kanryu.core.results import Origin
from kanryu.machine.books.chart import Chart
from kanryu.machine.books.model import Model
from kanryu.machine.books.verbs import VERBS

TEXTBOOK = ("sim", "pc", "lp", "bmw", "brock-hommes", "abreu-brunnermeier", "delong", "keen")


class FlowLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the flow matrix. kind: c current, k capital, f financial, n non-cash, r register of promises."""

    name: str
    number: int
    payer: str
    payee: str
    kind: str
    verb: str
    instrument: str


class EquationLine(msgspec.Struct, frozen=True, kw_only=True):
    """A behaviour: its stage, its equation in words and symbols, what it reads, gives and books."""

    name: str
    stage: str
    equation: str
    reads: tuple[str, ...]
    gives: tuple[str, ...]
    books: tuple[str, ...]
    read_from: tuple[str, ...]


class Matrices(msgspec.Struct, frozen=True, kw_only=True):
    """Balance sheet (`balance[instrument][group]` is "+", "-", "+/-" or ""), flows and equations of a model."""

    model: str
    groups: tuple[str, ...]
    balance: dict[str, dict[str, str]]
    valued_at: dict[str, str]
    flows: tuple[FlowLine, ...]
    equations: tuple[EquationLine, ...]
    values: dict[str, dict[str, float]]
    quarter: str
    origin: Origin


def find_model(name: str) -> Model:
    """A model by name: the capital loop or one of the textbook models.

    Raises
    ------
    NotFound
        No such model; near names are suggested.
    """
    if name == "capital-loop":
        from kanryu.machine.capital_loop.quarter import capital_loop

        return capital_loop()
    from kanryu.machine.textbook import abreu_brunnermeier, bmw, brock_hommes, delong, keen, lp, pc, sim

    makers = {
        "sim": sim.sim,
        "pc": pc.pc,
        "lp": lp.lp,
        "bmw": bmw.bmw,
        "brock-hommes": brock_hommes.brock_hommes,
        "abreu-brunnermeier": abreu_brunnermeier.abreu_brunnermeier,
        "delong": delong.delong,
        "keen": keen.keen,
    }
    if name not in makers:
        known = ("capital-loop", *makers)
        raise NotFound(key="machine.model_unknown", name=name, known=known, all=", ".join(known))
    return makers[name]()


def matrices(model: Model, *, values: dict[str, dict[str, float]] | None = None, quarter: str = "") -> Matrices:
    """Tables of a model; `values` are balances of a quarter by instrument and group, if known."""
    chart = model.chart
    return Matrices(
        model=model.name,
        groups=tuple(chart.groups),
        balance={name: _signs(chart, name) for name in chart.instruments},
        valued_at={name: instrument.valued_at for name, instrument in chart.instruments.items()},
        flows=tuple(
            FlowLine(
                name=flow.name,
                number=flow.number,
                payer=flow.payer,
                payee=flow.payee,
                kind=_kind(flow.verb),
                verb=flow.verb,
                instrument=flow.word or flow.instrument,
            )
            for flow in sorted(model.flows.values(), key=lambda flow: flow.number)
        ),
        equations=tuple(
            EquationLine(
                name=rule.name,
                stage=stage.name,
                equation=rule.equation,
                reads=rule.reads,
                gives=rule.gives,
                books=rule.books,
                read_from=_sources(model, rule.reads),
            )
            for _, stage, rule in model.behaviours()
        ),
        values=values or {},
        quarter=quarter,
        origin=Origin(definition="machine.definition_matrix", inputs={"model": model.name}),
    )


def balance_values(model: Model, balances: dict[tuple[str, ...], float]) -> dict[str, dict[str, float]]:
    """Balances of one run by instrument and group, from balances by account."""
    group_of = {agent: group for group, agents in model.chart.groups.items() for agent in agents}
    found: dict[str, dict[str, float]] = {}
    for key, amount in balances.items():
        row = found.setdefault(key[1], {})
        group = group_of[key[0]]
        row[group] = row.get(group, 0.0) + amount
    return found


def _signs(chart: Chart, name: str) -> dict[str, str]:
    instrument = chart.instruments[name]
    if instrument.kind == "deposits":
        issuers = {"banks", "government"} & set(chart.groups)
        issuer = "banks" if "banks" in issuers else "government"
        return {group: "-" if group == issuer else "+" for group in chart.groups}
    holders, issuers = set(chart.holders[name]), set(chart.issuers[name])
    found: dict[str, str] = {}
    for group, agents in chart.groups.items():
        signs = ("+" if holders & set(agents) else "", "-" if issuers & set(agents) else "")
        found[group] = "/".join(sign for sign in signs if sign)
    return found


def _kind(verb: str) -> str:
    found = VERBS[verb]
    if verb in ("promise", "deliver", "void"):
        return "r"
    if found.real_src and found.cash:
        return "k"
    if found.cash and found.claim:
        return "f"
    return "c" if found.cash else "n"


def _sources(model: Model, reads: tuple[str, ...]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in reads:
        bare = name.removeprefix("last.")
        if bare in model.giver:
            found[model.giver[bare][1].name] = None
    return tuple(found)
