"""The small worked example of the tracing rules (definitions, section 4), with amounts that a reader can change."""

from __future__ import annotations

import msgspec

from kanryu.core.errors import UsageError
from kanryu.flows.ledger import from_columns
from kanryu.follow.trace import trace
from kanryu.follow.trace_records import Trace

X_STEPS = (0, 25, 50, 75, 100)
Y_STEPS = (0, 15, 30, 45, 60)


class WorkedRow(msgspec.Struct, frozen=True):
    """One payment of the example, in the order in which it happens."""

    number: int
    payer: str
    payee: str
    amount: int


class Worked(msgspec.Struct, frozen=True):
    """The payments and how much of what A gets back is its own money, by every rule, with the bounds."""

    x: int
    y: int
    stranger_first: bool
    rows: tuple[WorkedRow, ...]
    trace: Trace


def worked(x: int = 50, y: int = 30, *, stranger_first: bool = False) -> Worked:
    """The example: A pays B 100; X pays B `x`; B pays C 90; Y pays C `y`; C pays A 60; B pays A 40.

    Parameters
    ----------
    x, y : int
        What strangers pay in, one of `X_STEPS` and `Y_STEPS`.
    stranger_first : bool
        X pays before A does: the sums are the same, the order is not.

    Raises
    ------
    UsageError
        Another amount.

    Examples
    --------
    >>> made = worked().trace
    >>> made.rules["fifo"].back, made.bounds.low, made.bounds.high
    (70.0, 20.0, 100.0)
    """
    if x not in X_STEPS or y not in Y_STEPS:
        raise UsageError(key="web.error.worked_step", found=f"x={x}, y={y}")
    steps = [("A", "B", 100), ("X", "B", x), ("B", "C", 90), ("Y", "C", y), ("C", "A", 60), ("B", "A", 40)]
    if stranger_first:
        steps[0], steps[1] = steps[1], steps[0]
    kept = [step for step in steps if step[2]]
    ledger = from_columns(
        [s[0] for s in kept], [s[1] for s in kept], range(len(kept)), [s[2] for s in kept], accounts=None
    )
    rows = tuple(WorkedRow(i + 1, *step) for i, step in enumerate(kept))
    return Worked(x, y, stranger_first, rows, trace(ledger, "A"))
