"""Where clever people go (definitions/machine, 6.10). Wages themselves are booked with the budgets."""

from __future__ import annotations

from typing import Any

import numpy as np

from kanryu.machine.books.behaviour import behaviour
from kanryu.machine.books.ensemble import total


@behaviour(
    reads=("lab_wages", "last.people_ai", "last.people_tech", "last.people_science"),
    gives=("people_ai", "people_tech", "people_science", "wage_ai", "science_output"),
)
def talent(s: Any, p: Any) -> dict[str, Any]:
    """moves = h ln(w_ai/w_sci) T_sci, bounded; graduates split by a logit of pay; output of science ∝ T_sci^0.6."""
    ai, tech, science = s.last.people_ai, s.last.people_tech, s.last.people_science
    # labs pay part of the profession; the rest earns the pay of other technical people or half the labs' premium
    wage = np.maximum(2.2 * total(s.lab_wages) / ai, 1.2 * p.wage_tech)
    gap = np.log(wage / p.wage_science)
    move = np.clip(p.talent_move * gap, -0.02, 0.05) * science * 0.1
    pull = np.stack(
        [ai * wage**0.7, tech * (p.wage_tech + 0.0 * wage) ** 0.7, science * p.wage_science**0.7 + 0.0 * wage]
    )
    entry = p.graduates * pull / total(pull)
    keep = 1.0 - p.talent_exit
    science_now = keep * science - move + entry[2]
    return {
        "people_ai": keep * ai + move + entry[0],
        "people_tech": keep * tech + entry[1],
        "people_science": science_now,
        "wage_ai": wage,
        "science_output": (science_now / p.talent_science) ** p.science_elasticity,
    }
