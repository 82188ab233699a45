"""What the history, the ledger and a process's memory weigh: the figures that docs/scaling.md reckons with."""

import gc
import gzip
import itertools
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta

from django.core.management import call_command
from django.db import connection

from backups.taking import take_backup
from bench.ledger import forgetting, grow_to_ten_years
from bench.lists import change_some, make_list
from bench.report import Figure
from companies.api.universe import load_universe
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, CompanyVersion

_FIRST_DAY = date(2016, 1, 4)
_MIDDLE = _FIRST_DAY + timedelta(days=5 * 365)
_RUNS = 5


def measure_size(size: int) -> list[Figure]:
    """Figures of a product with `size` companies, first of one day, then of ten years."""
    call_command("flush", verbosity=0, interactive=False)
    return [*_applying(size), *_ledger(size), *_memory(size), *_ten_years()]


def _applying(size: int) -> list[Figure]:
    current = issues = make_list(size)
    days = (_FIRST_DAY + timedelta(days=step) for step in itertools.count(1))
    seeds = itertools.count()

    def apply(share: float) -> None:
        nonlocal current
        current = change_some(current, share, seed=next(seeds)) if share else current
        apply_snapshot(next(days), current, "jquants")

    first = forgetting(lambda: apply_snapshot(_FIRST_DAY, issues, "jquants"))
    first()  # creates the masters, and warms what every process warms once
    return [
        Figure("一覧の適用: 初回", _seconds(first, runs=3), "s"),
        Figure("一覧の適用: 1% 変更", _seconds(lambda: apply(0.01)), "s"),
        Figure("一覧の適用: 変更なし", _seconds(lambda: apply(0)), "s"),
        Figure("全履歴の導出し直し（11 日分）", _seconds(rebuild_history, runs=1), "s"),
    ]


def _ledger(size: int) -> list[Figure]:
    stored = _ask("SELECT pg_total_relation_size('listing_snapshots')::float / count(*) FROM listing_snapshots")
    return [
        Figure("スナップショット（1 日）", stored / 1000, "kB"),
        Figure("スナップショット（1 銘柄・1 日）", stored / size, "B"),
    ]


def _memory(size: int) -> list[Figure]:
    """Of the companies that each web process holds. Everything that the interpreter allots for them, and no more."""
    load_universe()  # what is made once for all stays out of the difference
    seconds = _seconds(load_universe, runs=3)
    gc.collect()
    tracemalloc.start()
    _, universe = load_universe()
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    page = universe.join(range(100))
    return [
        Figure("一覧 100 件の応答", len(page) / 1000, "kB"),
        Figure("一覧 100 件の応答（圧縮）", len(gzip.compress(page, 5)) / 1000, "kB"),
        Figure("プロセス内の全銘柄: 1 銘柄", held / size, "B"),
        Figure("プロセス内の全銘柄: 合計", held / 1e6, "MB"),
        Figure("プロセス内の全銘柄: 読み込み中の最大", peak / 1e6, "MB"),
        Figure("プロセス内の全銘柄: 読み込み", seconds, "s"),
    ]


def _ten_years() -> list[Figure]:
    """25 versions of each company, as 1% changed on each business day gives them."""
    grow_to_ten_years()
    versions, companies = CompanyVersion.objects.count(), Company.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL companies")
    rows, indexes, everything = (
        _ask(f"SELECT {function}('company_versions')::float")
        for function in ("pg_relation_size", "pg_indexes_size", "pg_total_relation_size")
    )
    with tempfile.TemporaryFile() as target:
        backup = _seconds(lambda: take_backup(target, report=lambda _: None), runs=1)
        backup_bytes = target.tell()
    return [
        Figure("版の数（10 年）", versions, ""),
        Figure("版: 1 行", rows / versions, "B"),
        Figure("版: 1 行の索引", indexes / versions, "B"),
        Figure("版: 合計", everything / 1e6, "MB"),
        Figure(
            "銘柄の現在値: 1 行（索引を含む）",
            _ask("SELECT pg_total_relation_size('companies')::float") / companies,
            "B",
        ),
        Figure("時点指定の全銘柄（10 年）", _seconds(_read_universe), "s"),
        Figure("バックアップ（10 年、スナップショット 11 日分）", backup, "s"),
        Figure("バックアップ: ファイル", backup_bytes / 1e6, "MB"),
    ]


def _read_universe() -> None:
    sql, parameters = CompanyVersion.objects.as_of(_MIDDLE).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, SERIALIZE, TIMING OFF) {sql}", parameters)


def _ask(sql: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return float(cursor.fetchone()[0])


def _seconds(work: Callable[[], object], *, runs: int = _RUNS) -> float:
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times)
