"""Who pays whom as a graph file: GEXF and GraphML, one edge per leg, for Gephi, igraph, networkx and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import msgspec

from kanryu.case.records import Case
from kanryu.case.rungs import State
from kanryu.formats.case_tables import text

# what XML 1.0 cannot hold at all
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NODE = ("name_ja", "role", "kind")
_EDGE = ("instrument", "rung", "amount_low", "amount_central", "amount_high", "currency", "basis", "start", "end")


class _Edge(msgspec.Struct, frozen=True):
    key: str
    payer: str
    payee: str
    values: dict[str, str]


def write_gexf(case: Case, states: dict[str, State], path: Path) -> None:
    """Write the legs known as of `states` as GEXF 1.3; an unknown amount is left out, never zero."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<gexf xmlns="http://gexf.net/1.3" version="1.3">',
        '<graph defaultedgetype="directed">',
        '<attributes class="node">',
        *(f'<attribute id="{name}" title="{name}" type="string"/>' for name in _NODE),
        "</attributes>",
        '<attributes class="edge">',
        *(f'<attribute id="{name}" title="{name}" type="{_type(name)}"/>' for name in _EDGE),
        "</attributes>",
        "<nodes>",
    ]
    for entity in case.entities:
        lines.append(f"<node id={_attribute(entity.id)} label={_attribute(entity.name_en)}><attvalues>")
        lines += [f'<attvalue for="{name}" value={_attribute(getattr(entity, name))}/>' for name in _NODE]
        lines.append("</attvalues></node>")
    lines += ["</nodes>", "<edges>"]
    for edge in _edges(case, states):
        ends = f"source={_attribute(edge.payer)} target={_attribute(edge.payee)}"
        lines.append(f"<edge id={_attribute(edge.key)} {ends} label={_attribute(edge.key)}><attvalues>")
        lines += [f'<attvalue for="{name}" value={_attribute(value)}/>' for name, value in edge.values.items()]
        lines.append("</attvalues></edge>")
    lines += ["</edges>", "</graph>", "</gexf>", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def write_graphml(case: Case, states: dict[str, State], path: Path) -> None:
    """Write the legs known as of `states` as GraphML; an unknown amount is left out, never zero."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">',
        '<key id="name_en" for="node" attr.name="name_en" attr.type="string"/>',
        *(f'<key id="{name}" for="node" attr.name="{name}" attr.type="string"/>' for name in _NODE),
        *(f'<key id="{name}" for="edge" attr.name="{name}" attr.type="{_type(name)}"/>' for name in _EDGE),
        '<graph id="case" edgedefault="directed">',
    ]
    for entity in case.entities:
        lines.append(f"<node id={_attribute(entity.id)}>")
        lines += [f'<data key="{name}">{_content(getattr(entity, name))}</data>' for name in ("name_en", *_NODE)]
        lines.append("</node>")
    for edge in _edges(case, states):
        ends = f"source={_attribute(edge.payer)} target={_attribute(edge.payee)}"
        lines.append(f"<edge id={_attribute(edge.key)} {ends}>")
        lines += [f'<data key="{name}">{_content(value)}</data>' for name, value in edge.values.items()]
        lines.append("</edge>")
    lines += ["</graph>", "</graphml>", ""]
    path.write_text("\n".join(lines), encoding="utf-8")


def _type(name: str) -> str:
    return "double" if name.startswith("amount_") else "string"


def _edges(case: Case, states: dict[str, State]) -> Iterator[_Edge]:
    known = {entity.id for entity in case.entities}
    for leg in case.legs:
        state = states[leg.key]
        if state.rung is None or leg.payer not in known or leg.payee not in known:
            continue
        amount = state.bound if state.bound is not None else state.talked
        values = {"instrument": leg.instrument, "rung": state.rung, "start": text(leg.start), "end": text(leg.end)}
        if amount is not None and not amount.is_unknown:
            values["amount_low"] = text(amount.low)
            values["amount_central"] = text(amount.central)
            values["amount_high"] = text(amount.high)
            values["currency"], values["basis"] = amount.currency, amount.basis
        yield _Edge(leg.key, leg.payer, leg.payee, {name: value for name, value in values.items() if value})


def _attribute(value: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", value))


def _content(value: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", value))
