"""Own money on a case in the record that every target of `kanryu trace` shares."""

from __future__ import annotations

from kanryu.follow.bounds import Bounds
from kanryu.follow.case_trace_records import OwnMoney
from kanryu.follow.trace_records import RuleAnswer, Trace


def as_trace(own: OwnMoney) -> Trace:
    """The headline in the record that every target shares: rules on known amounts, bounds of the programme."""
    on = own.headline
    split = on.total if on.total is not None else on.ahead
    answers = {
        rule: RuleAnswer(back=answer.known, share=answer.known_share, held=None, is_exact=False)
        for rule, answer in on.rules.items()
    }
    spread = [value for answer in on.rules.values() for value in (answer.known, answer.widest)]
    shares = [
        value
        for answer in on.rules.values()
        for value in (answer.known_share, answer.widest_share)
        if value is not None
    ]
    share = split.own_share if split is not None else None
    return Trace(
        account=own.company,
        inflow=split.inflow.low if split is not None and split.inflow is not None else None,
        paid_out=on.paid_out.low,
        counted_rows=0,
        tagged_rows=0,
        rules=answers,
        variants={},
        low=min(spread) if spread else None,
        high=max(spread) if spread else None,
        low_share=min(shares) if shares else None,
        high_share=max(shares) if shares else None,
        bounds=Bounds(
            low=split.own.low if split is not None else 0.0,
            high=split.own.high if split is not None else 0.0,
            low_share=share.low if share is not None else None,
            high_share=share.high if share is not None else None,
            rows=on.legs_on_the_way,
            nodes=0,
            arcs=0,
            certificate="programme",
        ),
        touched=None,
        minted=None,
        origin=own.origin,
        case=own,
    )
