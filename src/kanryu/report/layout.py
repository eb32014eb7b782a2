"""Plain text in columns, with Japanese characters counted as the two cells they take on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size

Side = Literal["<", ">"]
WIDTH = 100


def pad(text: str, width: int, side: Side = "<") -> str:
    """`text` filled with spaces to `width` cells; longer text is left as it is."""
    gap = max(0, width - cell_len(text))
    return text + " " * gap if side == "<" else " " * gap + text


def cut(text: str, width: int) -> str:
    """`text` in at most `width` cells; what is cut off is marked with an ellipsis."""
    return text if cell_len(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def table(rows: Sequence[Sequence[str]], sides: str = "", *, head: Sequence[str] = (), indent: int = 2) -> str:
    """Rows under an optional head, each column as wide as its widest cell.

    Parameters
    ----------
    sides : str
        One of `<` or `>` per column; missing ones are `<`.
    """
    lines = [list(head), *[list(row) for row in rows]] if head else [list(row) for row in rows]
    if not lines:
        return ""
    count = max(len(line) for line in lines)
    for line in lines:
        line.extend([""] * (count - len(line)))
    widths = [max(cell_len(line[i]) for line in lines) for i in range(count)]
    side = [(sides[i] if i < len(sides) else "<") for i in range(count)]
    text = [
        " " * indent + "  ".join(pad(line[i], widths[i], ">" if side[i] == ">" else "<") for i in range(count)).rstrip()
        for line in lines
    ]
    return "\n".join(text)


def bar(low: float, high: float, cells: int = 20) -> str:
    """A range inside [0, 1]: solid up to `low`, shaded up to `high`.

    Examples
    --------
    >>> bar(0.25, 0.5, 8)
    '██▒▒····'
    """
    first = round(max(0.0, min(1.0, low)) * cells)
    last = max(first, round(max(0.0, min(1.0, high)) * cells))
    if high > low and last == first and last < cells:
        last += 1  # a range is never drawn as nothing
    return "█" * first + "▒" * (last - first) + "·" * (cells - last)
