"""A table of what was measured, against what the design asks for."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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
        """Whether the bound is kept."""
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
    """One line each."""
    print(f"{'測定項目':<44}{'測定値':>12}{'上限':>12}{'比':>7}  結果")
    for m in measurements:
        verdict = "達成" if m.is_met else "未達"
        print(
            f"{m.what:<44}{m.value:>9.1f}{m.unit:>3}{m.bound:>9.0f}{m.unit:>3}{m.value / m.bound:>7.2f}  "
            f"{verdict}（{m.runs} 回）"
        )
