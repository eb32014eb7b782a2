"""The balance sheet of one run at the end of a quarter, by instrument and group, in dollars."""

from __future__ import annotations

import numpy as np

from kanryu.core.errors import InputError
from kanryu.machine.books.model import account_rows
from kanryu.machine.matrix import balance_values
from kanryu.machine.simulate import Spec, labels, start

LONGEST = 80


def balances_of(
    quarter: str, *, number: int = 0, seed: int = 1, spec: Spec | None = None
) -> dict[str, dict[str, float]]:
    """Balances by instrument and group.

    Raises
    ------
    InputError
        The quarter is not one that the model reaches.
    """
    names = labels(LONGEST)
    if quarter not in names:
        raise InputError(key="machine.quarter_unknown", found=quarter, first=names[0], last=names[-1])
    spec = spec or Spec(runs=number + 1, quarters=LONGEST, seed=seed)
    run = start(spec, np.array([number], dtype=np.uint64))
    for _ in range(names.index(quarter) + 1):
        run.step()
    rows = account_rows(run.model.chart)
    return balance_values(run.model, {key: float(run.books.balances[row, 0]) for key, row in rows.items()})
