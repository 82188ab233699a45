"""What grew: each operation late beside early, and what of it must not grow with the years."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bench.long_life.costs import Cost
from bench.long_life.reading import (
    COMPANY_PAGE,
    EVENTS_PAGE,
    FEED_FIRST,
    FEED_LAST,
    KNOWN_THEN,
    LISTS,
    LISTS_PAGE,
    MONTHS_PAGE,
    REVISION_PAGE,
    REVISIONS_PAGE,
)
from bench.long_life.serving import EXPORTS, FEED, MEMORY
from bench.long_life.upkeep import BACKUP, DISK, OLD_DAY, OLD_DAY_FELT, PROVE_ON, PROVE_WHOLE, REBUILD, RESTORE
from bench.report import Relation, in_columns

#: What reads the whole history, or is made of it, or of the history of many companies: by its nature as long as that, and no longer. Of what was
#: known at a past revision each process loads the whole history of then, once; the first revisions are looked for among what came in with the first lists.
WITH_THE_YEARS = {
    PROVE_WHOLE, PROVE_ON, REBUILD, BACKUP, RESTORE, OLD_DAY, OLD_DAY_FELT, DISK, FEED, *EXPORTS.values(), MEMORY, *KNOWN_THEN, FEED_FIRST,
}  # fmt: skip
#: Pages that choose among the days of all lists, or count them: how often each may read an entry of an index for each list more.
A_LIST = {
    EVENTS_PAGE: 4,
    **dict.fromkeys((COMPANY_PAGE, MONTHS_PAGE, LISTS_PAGE, REVISIONS_PAGE, REVISION_PAGE, LISTS, FEED_LAST), 2),
}
#: Rows read, late over early, of what must not grow; with so few rows nothing is said by it.
MOST_GROWTH, _FEW_ROWS = 1.5, 1_000
#: The rows of a restore are read in another database, and those of files and the feed by another process: nothing is counted there.
_UNCOUNTED = {RESTORE, DISK, FEED, *EXPORTS.values(), MEMORY}
#: The web process is one, and holds what it was asked for before: judged by what it holds after all of it.
_ON_THE_WAY = {FEED, *EXPORTS.values()}
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
    print("＊ 履歴全体か、多くの銘柄の履歴を読むか作るもので、年数とともに増えるのが当然。一覧の件数より速くは増えない")


def relate_growth(measured: Mapping[int, Mapping[str, Cost]]) -> Sequence[Relation]:
    """What must not grow, by rows read and memory: the load of the machine does not move them. What grows with the lists must not grow faster than they."""
    begun, ended = min(measured), max(measured)
    first, last = measured[begun], measured[ended]
    both = [what for what in last if what in first]
    counted = [what for what in both if what not in _UNCOUNTED and (last[what].rows or first[what].rows)]
    rows = [_relate_rows(what, first[what], last[what], begun, ended) for what in counted]
    memory = [
        Relation(f"メモリー（最後 ÷ 最初）: {what}", last[what].memory / first[what].memory, at_most=MOST_GROWTH)
        for what in both
        if first[what].memory and what not in _ON_THE_WAY
    ]
    return [*rows, *memory]


def _relate_rows(what: str, early: Cost, late: Cost, begun: int, ended: int) -> Relation:
    if what in WITH_THE_YEARS:
        return Relation(f"読んだ行の比 ÷ 一覧の件数の比: {what} ＊", _growth(early, late) * begun / ended, at_most=1.0)
    # What may come with each list more is no growth.
    allowed = A_LIST.get(what, 0) * (ended - begun)
    name = f"読んだ行（最後 ÷ 最初）: {what}{f'（一覧 1 件に {A_LIST[what]} 行まで除く）' if allowed else ''}"
    return Relation(name, _growth(early, replace(late, rows=max(0, late.rows - allowed))), at_most=MOST_GROWTH)


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
