"""What every result of the engine carries: how far it is from a fixed point, and whether another one exists.

Definitions of stress, section 1: the answer is the greatest fixed point of a monotone map, nobody fails unless
failing is forced. The least fixed point tells whether the same web can also fail by fear alone.
"""

from __future__ import annotations

import msgspec

# Comparisons that decide a default lean towards the payer by this share of what is owed.
TOLERANCE = 1e-9


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """Proof that goes with a fixed point.

    residual : largest |F(x) - x| in the unit of the amounts
    rounds : rounds of failures (0 = nobody fails); `steps` counts the updates of single entities or sweeps
    defaults : who fails, in order of the rounds
    least_differs : whether the least fixed point is another one; None = not looked for
    exact : computed and verified in rational numbers
    converged : False when the budget of steps ended first; then the numbers are upper limits
    """

    residual: float
    rounds: int
    steps: int
    defaults: tuple[str, ...] = ()
    least_differs: bool | None = None
    least_defaults: tuple[str, ...] = ()
    exact: bool = False
    converged: bool = True
    tolerance: float = TOLERANCE
