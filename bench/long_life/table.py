"""What grew: each operation late beside early, and what of it must not grow with the years."""

from collections.abc import Mapping, Sequence

from bench.long_life.costs import Cost
from bench.long_life.serving import EXPORTS, FEED, MEMORY
from bench.long_life.upkeep import BACKUP, DISK, OLD_DAY_FELT, PROVE_ON, PROVE_WHOLE, REBUILD, RESTORE
from bench.report import Relation, in_columns

#: What reads the whole history, or is made of it: by its nature as long as that.
WITH_THE_YEARS = {
    PROVE_WHOLE, PROVE_ON, REBUILD, BACKUP, RESTORE, OLD_DAY_FELT, DISK, FEED, *EXPORTS.values(), MEMORY,
}  # fmt: skip
#: Rows read, late over early, of what must not grow; with so few rows nothing is said by it.
MOST_GROWTH, _FEW_ROWS = 1.5, 1_000
_MB = 1e6
_WIDTHS = (-54, 10, 10, 8, 10, 11, 11, 8, 10, 10)
_HEADS = ("操作", "最初", "最後", "時間比", "CPU の比", "行（最初）", "行（最後）", "行の比", "大きさ", "メモリー")


def print_growth(measured: Mapping[int, Mapping[str, Cost]], loads: Mapping[int, float]) -> None:
    """The first and the last time that each was measured, and their relation."""
    first, last = min(measured), max(measured)
    load = "、".join(f"{number:,} 件: {load:.1f}" for number, load in sorted(loads.items()))
    print(
        f"\n一覧 {first:,} 件の後（最初）と {last:,} 件の後（最後、{last / first:.0f} 倍）。測定時の負荷（1 分平均）: {load}"
    )
    print(in_columns(_HEADS, _WIDTHS))
    for what, cost in measured[last].items():
        if what in measured[first]:
            print(in_columns(_cells(what, measured[first][what], cost), _WIDTHS))
    print("＊ 履歴全体を読むか作るもので、年数とともに増えるのが当然")


def relate_growth(measured: Mapping[int, Mapping[str, Cost]]) -> Sequence[Relation]:
    """What must not grow, by rows read: the load of the machine does not move them."""
    first, last = measured[min(measured)], measured[max(measured)]
    return [
        Relation(f"読んだ行（最後 ÷ 最初）: {what}", _growth(first[what], cost), at_most=MOST_GROWTH)
        for what, cost in last.items()
        if what in first and what not in WITH_THE_YEARS and (cost.rows or first[what].rows)
    ]


def _growth(early: Cost, late: Cost) -> float:
    return max(late.rows, _FEW_ROWS) / max(early.rows, _FEW_ROWS)


def _cells(what: str, early: Cost, late: Cost) -> tuple[str, ...]:
    name = f"{what}{' ＊' if what in WITH_THE_YEARS else ''}"
    times = (_time(early.seconds), _time(late.seconds), _ratio(early.seconds, late.seconds))
    processor = _ratio(early.processor, late.processor)
    rows = (f"{early.rows:,}", f"{late.rows:,}", _ratio(early.rows, late.rows)) if late.rows else ("", "", "")
    return name, *times, processor, *rows, _megabytes(late.size), _megabytes(late.memory)


def _time(seconds: float) -> str:
    if not seconds:
        return ""
    return f"{seconds:,.1f} s" if seconds >= 10 else f"{seconds * 1000:,.1f} ms"


def _ratio(early: float, late: float) -> str:
    return f"{late / early:.2f}" if early else ""


def _megabytes(size: int) -> str:
    return f"{size / _MB:,.1f} MB" if size >= _MB / 10 else (f"{size / 1000:,.1f} kB" if size else "")
