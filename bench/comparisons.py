"""Requests a second beside those of others in the same run, and the table of them."""

import statistics
from dataclasses import dataclass, field

from bench.load import Throughput
from bench.report import in_columns

#: How far the slowest hundredth may be from the middle.
_WIDEST_SPREAD = 5.0
#: From here on the load generator sets the pace, and ratios come out nearer to 1 than they are.
_FULL_LOAD = 0.9


@dataclass(slots=True)
class Comparison:
    """Requests of one kind over so many connections: each round of ours beside the same round of the bare view, and of the
    peer where it has such an answer. `of_bare` and `of_peer` are the least ratios (medians of the rounds).
    """

    what: str
    connections: int
    of_bare: float | None = None
    of_peer: float | None = None
    ours: list[Throughput] = field(default_factory=list)
    bare: list[Throughput] = field(default_factory=list)
    peer: list[Throughput] = field(default_factory=list)

    @property
    def to_bare(self) -> list[float]:
        return _ratios(self.ours, self.bare)

    @property
    def to_peer(self) -> list[float]:
        return _ratios(self.ours, self.peer)

    @property
    def together(self) -> Throughput:
        """All our rounds."""
        total = Throughput()
        for one in self.ours:
            total.add(one)
        return total

    @property
    def per_second(self) -> float:
        return statistics.median(one.per_second for one in self.ours)

    @property
    def spread(self) -> float:
        """The slowest hundredth over the middle."""
        together = self.together
        return together.percentile_ms(99) / together.percentile_ms(50)

    @property
    def missed(self) -> list[str]:
        """What was asked for and is not so, in the words of the table."""
        failed, others = (sum(one.failed for one in side) for side in (self.ours, (*self.bare, *self.peer)))
        found = []
        if self.of_bare is not None and statistics.median(self.to_bare) < self.of_bare:
            found.append("素との比")
        if self.of_peer is not None and statistics.median(self.to_peer) < self.of_peer:
            found.append("FastAPI との比")
        if not self.spread <= _WIDEST_SPREAD:
            found.append("p99")
        if failed:
            found.append(f"失敗 {failed:,} 件")
        if others:
            found.append(f"相手の失敗 {others:,} 件")
        return found

    @property
    def is_met(self) -> bool:
        return not self.missed

    @property
    def load(self) -> float:
        """The largest share of a core that the load generator took beside any of them."""
        return max(one.load for one in (*self.ours, *self.bare, *self.peer))


def print_comparisons(title: str, comparisons: list[Comparison]) -> None:
    print(f"\n{title}")
    heads = (
        "リクエスト",
        "接続",
        "件/秒",
        "素",
        "比 中央/最小",
        "下限",
        "FastAPI",
        "比 中央/最小",
        "下限",
        "p50 ms",
        "p99 ms",
        "倍",
        "負荷",
        "  結果",
    )
    print(in_columns(heads, _WIDTHS))
    for one in comparisons:
        print(in_columns(_cells(one), _WIDTHS))
    failures = {side.failure for one in comparisons for side in (*one.ours, *one.bare, *one.peer) if side.failure}
    if failures:
        print(f"失敗した応答: {'、'.join(sorted(failures))}")
    if any(one.load >= _FULL_LOAD for one in comparisons):
        print("負荷の ! は、負荷をかける側が 1 コアを使い切った行（比は実際より 1 に近く出ます）。")


_WIDTHS = (-42, 5, 9, 9, 13, 6, 9, 13, 6, 9, 9, 6, 7, -24)


def _cells(one: Comparison) -> tuple[str, ...]:
    together = one.together
    return (
        one.what,
        f"{one.connections}",
        f"{one.per_second:,.0f}",
        *_of(one.bare, one.to_bare, one.of_bare),
        *_of(one.peer, one.to_peer, one.of_peer),
        f"{together.percentile_ms(50):.2f}",
        f"{together.percentile_ms(99):.2f}",
        f"{one.spread:.1f}",
        f"{one.load:.2f}{'!' if one.load >= _FULL_LOAD else ''}",
        "  達成" if one.is_met else f"  未達（{'、'.join(one.missed)}）",
    )


def _of(side: list[Throughput], ratios: list[float], bound: float | None) -> tuple[str, str, str]:
    if not side:
        return "-", "-", "-"
    per_second = statistics.median(one.per_second for one in side)
    return (
        f"{per_second:,.0f}" if per_second >= 10 else f"{per_second:.1f}",
        f"{statistics.median(ratios):.2f}/{min(ratios):.2f}",
        "-" if bound is None else f"{bound:.2f}",
    )


def _ratios(ours: list[Throughput], others: list[Throughput]) -> list[float]:
    """Round by round; what else the machine does meets both."""
    return [_ratio(mine.per_second, other.per_second) for mine, other in zip(ours, others, strict=False)]


def _ratio(mine: float, other: float) -> float:
    if other:
        return mine / other
    return float("inf") if mine else 0.0
