"""What every result carries: where it came from and what was assumed.

A result is a record. `Basis of result` = inputs (case, as-of date, rung, file), the definition used, assumptions
that can be varied, what was left out, and coverage. `explain` prints it in words.
"""

from __future__ import annotations

from typing import Any

import msgspec

from kanryu.core.words import say, say_or


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """Where a result came from.

    definition : key of the sentence that defines the measure (`core/words`), with its section of the definitions
    inputs : name -> value (case, as_of, rung, window, seed ...)
    assumptions : sentence keys or plain words of what was assumed
    left_out : what was not counted, with the reason
    coverage : counts such as {"legs": 113, "legs_with_amount": 61}
    sources : addresses of the facts used
    """

    definition: str
    inputs: dict[str, Any] = {}
    assumptions: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    coverage: dict[str, int] = {}
    sources: tuple[str, ...] = ()

    def explain(self, lang: str = "en") -> str:
        """How the number was reached, in a few lines."""
        lines = [say(lang, self.definition)]
        if self.inputs:
            lines.append(say(lang, "core.inputs") + ": " + ", ".join(f"{k}={v}" for k, v in self.inputs.items()))
        for title, items in (("core.assumptions", self.assumptions), ("core.left_out", self.left_out)):
            if items:
                lines.append(say(lang, title) + ":")
                lines += [f"  - {_item(lang, item)}" for item in items]
        if self.coverage:
            lines.append(say(lang, "core.coverage") + ": " + ", ".join(f"{k} {v}" for k, v in self.coverage.items()))
        if self.sources:
            lines.append(say(lang, "core.sources") + ": " + " ".join(self.sources[:5]))
        return "\n".join(lines)


def _item(lang: str, item: str) -> str:
    """A sentence key in words, or "leg: reason" with the reason in words."""
    name, colon, reason = item.partition(": ")
    words = say_or(lang, f"flows.left_out_{reason}", "") if colon else ""
    return f"{name}: {words}" if words else say(lang, item)
