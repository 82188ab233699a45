"""A curve as coordinates for the page: no script, so that it is there at once and can be read by anyone."""

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
