"""A table of what was measured, against what the design asks for."""

import statistics
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol


class Result(Protocol):
    """Anything that has a bound to keep."""

    @property
    def is_met(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Measurement:
    """The median of several runs, and the bound it must stay under, both in `unit`."""

    what: str
    value: float
    bound: float
    runs: int
    unit: str = "ms"

    @property
    def is_met(self) -> bool:
        return self.value < self.bound


def measure(what: str, work: Callable[[], object], *, runs: int, bound_ms: float) -> Measurement:
    """Run `work` `runs` times and take the median."""
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append((time.perf_counter() - started) * 1000)
    return Measurement(what, statistics.median(times), bound_ms, runs)


def print_report(measurements: Sequence[Measurement]) -> None:
    widths = (-62, 12, 12, 7, -20)
    print("\n" + in_columns(("測定項目", "測定値", "上限", "比", "  結果"), widths))
    for m in measurements:
        ratio, verdict = m.value / m.bound, "達成" if m.is_met else "未達"
        cells = (f"{m.value:,.1f} {m.unit}", f"{m.bound:,.0f} {m.unit}", f"{ratio:.2f}", f"  {verdict}（{m.runs} 回）")
        print(in_columns((m.what, *cells), widths))


@dataclass(frozen=True, slots=True)
class Relation:
    """One figure over another, within its bounds."""

    what: str
    value: float
    at_least: float = 0.0
    at_most: float = float("inf")

    @property
    def is_met(self) -> bool:
        return self.at_least <= self.value <= self.at_most


def print_relations(relations: Sequence[Relation]) -> None:
    widths = (-72, 8, 10, -10)
    print("\n" + in_columns(("比", "値", "範囲", "  結果"), widths))
    for r in relations:
        bound = f"≥ {r.at_least}" if r.at_least else f"≤ {r.at_most}"
        print(in_columns((r.what, f"{r.value:.2f}", bound, f"  {'達成' if r.is_met else '未達'}"), widths))


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured quantity that no bound is set for."""

    what: str
    value: float
    unit: str


def print_figures(title: str, figures: Sequence[Figure]) -> None:
    print(f"\n{title}")
    for figure in figures:
        print(in_columns((figure.what, f"{figure.value:,.3f}", f" {figure.unit}"), (-50, 14, -8)))


def in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """A line of a table on a terminal, where a Japanese character takes two places. A width below 0: from the left."""
    line = ""
    for cell, width in zip(cells, widths, strict=True):
        space = " " * (abs(width) - sum(1 + (unicodedata.east_asian_width(letter) in "WF") for letter in cell))
        line += cell + space if width < 0 else space + cell
    return line.rstrip()
