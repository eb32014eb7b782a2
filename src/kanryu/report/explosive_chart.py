"""The explosive-growth chart as SVG: the series above, BSADF with its critical lines below, episodes shaded.

Two panels of one width per series, drawn by ourselves. Rises are shaded light, falls hatched, so that nothing is told
by colour alone; the false-alarm rate of the dating rule stands under the title.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

from kanryu.core.words import say
from kanryu.market.explosive_records import ColumnTest, Explosive
from kanryu.report import numbers
from kanryu.report.explosive import alarm_sentence

WIDTH, LEFT, RIGHT = 960, 64, 110
UPPER, LOWER, GAP, HEAD, FOOT = 190, 190, 26, 56, 34
INK, SOFT, GRID, BLUE, PALE, PAPER = "#1f1c18", "#655e53", "#ddd5c5", "#34507e", "#34507e26", "#fffdf8"
STYLES = {"family": "", "running": "7 4", "pointwise": "2 3"}


def chart(result: Explosive, lang: str) -> str:
    """One SVG text with a block per series.

    Returns
    -------
    str
        A complete SVG document; every text from the file is escaped.
    """
    height = HEAD + UPPER + GAP + LOWER + FOOT
    blocks = [
        f'<g transform="translate(0 {i * height})">{_block(one, result, lang)}</g>'
        for i, one in enumerate(result.columns.values())
    ]
    total = height * max(1, len(blocks))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" width="{WIDTH}" height="{total}" '
        f'font-family="sans-serif" font-size="12" role="img">'
        f'<defs><pattern id="fall" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        f'<rect width="2.2" height="6" fill="{SOFT}" opacity=".45"/></pattern></defs>'
        f'<rect width="{WIDTH}" height="{total}" fill="{PAPER}"/>{"".join(blocks)}</svg>\n'
    )


def _block(one: ColumnTest, result: Explosive, lang: str) -> str:
    n = one.levels
    right = WIDTH - RIGHT

    def x(i: float) -> float:
        return LEFT + (right - LEFT) * i / max(1, n - 1)

    top, low = HEAD, HEAD + UPPER + GAP
    finite = [v for v in one.bsadf if v is not None]
    limits = [v for name in one.lines for v in one.lines[name]]
    upper = _scale(one.values, top, UPPER)
    lower = _scale([*finite, *limits], low, LOWER)
    parts = [
        f'<text x="{LEFT}" y="22" font-size="16" font-weight="600" fill="{INK}">'
        f"{escape(say(lang, 'market.explosive.chart', name=one.name))}</text>"
    ]
    rate = one.false_alarms.get(result.line)
    if rate is not None:
        parts.append(f'<text x="{LEFT}" y="42" fill="{SOFT}">{escape(alarm_sentence(rate, lang))}</text>')
    for episode in one.episodes:
        left, wide = x(episode.start_index), max(2.0, x(episode.end_index) - x(episode.start_index))
        fill = "url(#fall)" if episode.sign < 0 else PALE
        parts.append(
            f'<rect x="{left:.1f}" y="{top}" width="{wide:.1f}" height="{UPPER + GAP + LOWER}" fill="{fill}">'
            f"<title>{escape(episode.start)} – {escape(episode.end)}</title></rect>"
        )
    for start, scale in ((top, upper), (low, lower)):
        parts += [
            f'<line x1="{LEFT}" x2="{right}" y1="{scale[2](v):.1f}" y2="{scale[2](v):.1f}" stroke="{GRID}"/>'
            f'<text x="{LEFT - 8}" y="{scale[2](v) + 4:.1f}" text-anchor="end" fill="{SOFT}">{_tick(v)}</text>'
            for v in _ticks(scale[0], scale[1])
        ]
        parts.append(f'<line x1="{LEFT}" x2="{LEFT}" y1="{start}" y2="{start + UPPER}" stroke="{GRID}"/>')
    parts.append(_path([(x(i), upper[2](v)) for i, v in enumerate(one.values)], INK, 1.3))
    spots = [(x(one.first_end + i), lower[2](v)) if v is not None else None for i, v in enumerate(one.bsadf)]
    parts.append(_path(spots, BLUE, 1.5))
    for name, values in one.lines.items():
        parts.append(
            _path([(x(one.first_end + i), lower[2](v)) for i, v in enumerate(values)], SOFT, 1.1, STYLES[name])
        )
    wanted = {name: lower[2](values[-1]) for name, values in one.lines.items()}
    for name, at in _spread(wanted, low + LOWER - 6).items():
        label = f"{numbers.share(result.level, lang)} {escape(say(lang, f'market.explosive.line_{name}'))}"
        parts.append(f'<text x="{right + 6}" y="{at + 4:.1f}" fill="{SOFT}">{label}</text>')
    marks = sorted({round(i * (n - 1) / 6) for i in range(7)})
    parts += [
        f'<text x="{x(i):.1f}" y="{low + LOWER + 20}" text-anchor="middle" fill="{SOFT}">'
        f"{escape(_label(one, i))}</text>"
        for i in marks
    ]
    return "".join(parts)


def _spread(wanted: dict[str, float], lowest: float) -> dict[str, float]:
    """Heights of labels in the order of their lines, at least a line of text apart and none below `lowest`."""
    placed: dict[str, float] = {}
    limit = lowest
    for name in sorted(wanted, key=lambda name: -wanted[name]):  # from the bottom of the picture upwards
        placed[name] = min(wanted[name], limit)
        limit = placed[name] - 14
    return placed


def _label(one: ColumnTest, index: int) -> str:
    """The date of a level; labels before the first end of window are known only at the very start."""
    if index >= one.first_end:
        return one.ends[index - one.first_end]
    return one.first if index == 0 else ""


def _scale(values: Sequence[float], top: float, height: float) -> tuple[float, float, Callable[[float], float]]:
    """Lowest, highest value and the function from value to vertical place."""
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5

    def place(value: float) -> float:
        return top + height * (1 - (value - low) / (high - low))

    return low, high, place


def _ticks(low: float, high: float) -> list[float]:
    raw = (high - low) / 4
    size = 10 ** math.floor(math.log10(raw))
    step = next(size * m for m in (1, 2, 2.5, 5, 10) if size * m >= raw)
    first = math.ceil(low / step) * step
    return [first + step * i for i in range(int((high - first) / step + 1e-9) + 1)]


def _tick(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _path(spots: Sequence[tuple[float, float] | None], colour: str, width: float, dash: str = "") -> str:
    """A line that is broken where a value does not exist."""
    pieces, pen = [], "M"
    for spot in spots:
        if spot is None:
            pen = "M"
            continue
        pieces.append(f"{pen}{spot[0]:.1f} {spot[1]:.1f}")
        pen = "L"
    style = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{"".join(pieces)}" fill="none" stroke="{colour}" stroke-width="{width}"{style}/>'
