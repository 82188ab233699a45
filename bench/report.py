"""A table of what was measured, against what the design asks for."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """The median of several runs, and the bound it must stay under; all in seconds."""

    what: str
    seconds: float
    bound_seconds: float
    runs: int

    @property
    def is_met(self) -> bool:
        """Whether the bound is kept."""
        return self.seconds < self.bound_seconds


def measure(what: str, work: Callable[[], object], *, runs: int, bound_seconds: float) -> Measurement:
    """Run `work` `runs` times and take the median."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return Measurement(what, statistics.median(seconds), bound_seconds, runs)


def print_report(measurements: list[Measurement]) -> None:
    """One line each, in milliseconds."""
    print(f"{'測定項目':<44}{'中央値':>12}{'上限':>12}{'比':>7}  結果")
    for m in measurements:
        verdict = "達成" if m.is_met else "未達"
        print(
            f"{m.what:<44}{m.seconds * 1000:>10.1f}ms{m.bound_seconds * 1000:>10.0f}ms"
            f"{m.seconds / m.bound_seconds:>7.2f}  {verdict}（{m.runs} 回）"
        )
