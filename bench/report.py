"""A table of what was measured, against what the design asks for."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from bench.load import Throughput


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


def print_report(measurements: list[Measurement]) -> None:
    print(f"{'測定項目':<44}{'測定値':>12}{'上限':>12}{'比':>7}  結果")
    for m in measurements:
        verdict = "達成" if m.is_met else "未達"
        print(
            f"{m.what:<44}{m.value:>9.1f}{m.unit:>3}{m.bound:>9.0f}{m.unit:>3}{m.value / m.bound:>7.2f}  "
            f"{verdict}（{m.runs} 回）"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """Requests of one kind against the bare view that returns the same bytes; `bound` is the least ratio."""

    what: str
    ours: Throughput
    bare: Throughput
    bound: float | None

    @property
    def ratio(self) -> float:
        """Our requests a second over the bare view's."""
        return self.ours.per_second / self.bare.per_second

    @property
    def is_met(self) -> bool:
        return self.bound is None or self.ratio >= self.bound


def print_comparisons(title: str, comparisons: list[Comparison]) -> None:
    print(f"\n{title}（件/秒は素の Django ビューと同じサーバー・同じ実行での値）")
    print(f"{'リクエスト':<40}{'件/秒':>10}{'素':>10}{'比':>7}{'下限':>7}{'p50 ms':>9}{'p99 ms':>9}  結果")
    for c in comparisons:
        bound = "-" if c.bound is None else f"{c.bound:.2f}"
        print(
            f"{c.what:<40}{c.ours.per_second:>10.0f}{c.bare.per_second:>10.0f}{c.ratio:>7.2f}{bound:>7}"
            f"{c.ours.percentile_ms(50):>9.2f}{c.ours.percentile_ms(99):>9.2f}  {'達成' if c.is_met else '未達'}"
        )


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


def print_relations(relations: list[Relation]) -> None:
    print(f"\n{'比':<60}{'値':>8}{'範囲':>10}  結果")
    for r in relations:
        bound = f"≥ {r.at_least}" if r.at_least else f"≤ {r.at_most}"
        print(f"{r.what:<60}{r.value:>8.2f}{bound:>10}  {'達成' if r.is_met else '未達'}")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured quantity that no bound is set for."""

    what: str
    value: float
    unit: str


def print_figures(title: str, figures: list[Figure]) -> None:
    print(f"\n{title}")
    for figure in figures:
        print(f"{figure.what:<50}{figure.value:>12,.3f} {figure.unit}")
