"""A curve as coordinates for the page: no script, so that it is there at once and can be read by anyone. Small for the first page, large with
a scale for a page and a file of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

#: Of the drawing, in its own units; the page scales it.
WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 16, 16, 40
_DOTS = 24


@dataclass(frozen=True, slots=True)
class Dot:
    """A point that leads somewhere."""

    x: float
    y: float
    day: date
    count: int


@dataclass(frozen=True, slots=True)
class Curve:
    """The line, dots on it, the values of the lower and the upper edge, and the days at both ends."""

    line: str
    dots: list[Dot]
    low: int
    high: int
    first_day: date
    last_day: date
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    top: int = _TOP
    bottom: int = HEIGHT - _BOTTOM


def draw_curve(points: Sequence[tuple[date, int]]) -> Curve | None:
    """The curve of counts by day, oldest first; none where there is only one. The lower edge need not be zero."""
    if len(points) < 2:
        return None
    first, last = points[0][0], points[-1][0]
    counts = [count for _, count in points]
    margin = max(1, round((max(counts) - min(counts)) * 0.1))
    low, high = max(0, min(counts) - margin), max(counts) + margin
    days = max((last - first).days, 1)
    dots = [
        Dot(
            round(_LEFT + (day - first).days / days * (WIDTH - _LEFT - _RIGHT), 1),
            round(_TOP + (high - count) / (high - low) * (HEIGHT - _TOP - _BOTTOM), 1),
            day,
            count,
        )
        for day, count in points
    ]
    shown = dots if len(dots) <= _DOTS else [*dots[:: -(-len(dots) // _DOTS)], dots[-1]]
    return Curve(" ".join(f"{dot.x},{dot.y}" for dot in dots), shown, low, high, first, last)


#: Of the large drawing.
LARGE_WIDTH, LARGE_HEIGHT = 1200, 560
_LARGE_LEFT, _LARGE_RIGHT, _LARGE_TOP, _LARGE_BOTTOM = 84, 30, 56, 56
_MOST_LINES = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the scale, where it is and what it says."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class LargeCurve:
    """The line with all of its dots, and lines for round numbers and for the beginnings of years."""

    line: str
    dots: list[Dot]
    levels: list[Mark]
    years: list[Mark]
    width: int = LARGE_WIDTH
    height: int = LARGE_HEIGHT
    left: int = _LARGE_LEFT
    right: int = LARGE_WIDTH - _LARGE_RIGHT
    top: int = _LARGE_TOP
    bottom: int = LARGE_HEIGHT - _LARGE_BOTTOM


def draw_large_curve(points: Sequence[tuple[date, int]]) -> LargeCurve | None:
    """The curve of counts by day, oldest first, on a scale of round numbers; none where there is only one."""
    if len(points) < 2:
        return None
    first, last = points[0][0], points[-1][0]
    counts = [count for _, count in points]
    step = _round_step(max(counts) - min(counts))
    low, high = min(counts) // step * step, -(-max(counts) // step) * step
    high = high if high > low else low + step
    right, bottom = LARGE_WIDTH - _LARGE_RIGHT, LARGE_HEIGHT - _LARGE_BOTTOM

    def across(day: date) -> float:
        return round(_LARGE_LEFT + (day - first).days / max((last - first).days, 1) * (right - _LARGE_LEFT), 1)

    def down(count: int) -> float:
        return round(_LARGE_TOP + (high - count) / (high - low) * (bottom - _LARGE_TOP), 1)

    dots = [Dot(across(day), down(count), day, count) for day, count in points]
    years = [date(year, 1, 1) for year in range(first.year + 1, last.year + 1)]
    years = years[:: -(-len(years) // _MOST_LINES) or 1]
    return LargeCurve(
        " ".join(f"{dot.x},{dot.y}" for dot in dots),
        dots,
        [Mark(down(level), f"{level:,}") for level in range(low, high + 1, step)],
        [Mark(across(day), str(day.year)) for day in years],
    )


def _round_step(span: int) -> int:
    """1, 2 or 5 times a power of ten, so that there are a handful of lines."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if span <= step * (_MOST_LINES - 2):
                return step
        power *= 10
