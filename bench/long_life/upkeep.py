"""What an operator does with a history: proving it, deriving it anew, a backup and a restore, a list of a day in the middle."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.db import connection
from psycopg import sql

from bench.long_life.costs import Cost, cost_of, counted
from bench.long_life.growing import SOURCE
from companies.ledger.snapshot_rows import unpack_rows
from companies.ledger.snapshots import preview_snapshot
from companies.listed_issue import ListedIssue
from companies.models import ListingSnapshot
from tests.backups.backup_files import environment_on
from tests.server import database_url

PROVE_WHOLE, PROVE_ON, REBUILD = (
    "verify_history --from-beginning",
    "verify_history（検証済みの地点から）",
    "rebuild_history",
)
BACKUP, RESTORE = "バックアップ", "復元"
OLD_DAY, OLD_DAY_FELT = "途中の日の一覧の取込（1% 変更）", "途中の日の一覧の取込（以後の一覧が言わない項目あり）"
DISK = "データベースの大きさ"
_MIDDLE_CHANGES = 0.01


def prove_all() -> Iterator[tuple[str, Cost]]:
    """From the first list. It makes the checkpoint that the next proof goes on from."""
    yield PROVE_WHOLE, _run_command("verify_history", "--from-beginning")


def measure_upkeep() -> Iterator[tuple[str, Cost]]:
    """By the operation."""
    yield PROVE_ON, _run_command("verify_history")
    yield REBUILD, _run_command("rebuild_history")
    yield OLD_DAY, cost_of(lambda run: _put_into_the_middle(run, is_felt=False), runs=3)
    yield OLD_DAY_FELT, cost_of(lambda run: _put_into_the_middle(run, is_felt=True), runs=1)
    taken, restored = _back_up_and_restore()
    yield BACKUP, taken
    yield RESTORE, restored
    yield DISK, Cost(0.0, size=_database_bytes())


def _back_up_and_restore() -> tuple[Cost, Cost]:
    with tempfile.TemporaryDirectory() as directory, _another_database() as name:
        path = Path(directory, "backup.tar")
        taken = _run_command("backup", str(path))
        return replace(taken, size=path.stat().st_size), _run_command("restore", str(path), "--trial", database=name)


@contextmanager
def _another_database() -> Iterator[str]:
    """An empty one. It is gone afterwards, also where the run is interrupted."""
    name = f"long_life_restored_{os.getpid()}"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        yield name
    finally:
        with psycopg.connect(database_url(), autocommit=True) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _run_command(*words: str, database: str = "") -> Cost:
    """Of a process of its own, as an operator starts it; its memory is what the process had most, in bytes."""
    largest, processor = 0, 0.0
    with counted() as seen:
        process = subprocess.Popen(
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
            cwd=settings.BASE_DIR,
            env=environment_on(database or connection.settings_dict["NAME"]),
            stdout=subprocess.DEVNULL,
        )
        watched = psutil.Process(process.pid)
        while process.poll() is None:
            with suppress(psutil.Error), watched.oneshot():
                largest, processor = max(largest, watched.memory_info().rss), sum(watched.cpu_times()[:2])
            time.sleep(0.02)
    if process.returncode:
        raise RuntimeError(f"manage.py {words[0]}: {process.returncode}")
    return replace(seen.cost, memory=largest, processor=processor)


def _put_into_the_middle(run: int, *, is_felt: bool) -> None:
    """Another list of a day in the middle, done and undone. `is_felt`: other than all lists after it, it says a thing of one issue that
    they do not say, so that each of them has to be looked at.
    """
    holding = ListingSnapshot.objects.holding().order_by("date_in_force")
    day = holding.values_list("date_in_force", flat=True)[holding.count() // 2 + run]
    rows = unpack_rows(holding.values_list("rows", flat=True).get(date_in_force=day))
    issues = [ListedIssue(code, row[0] or "", *row[1:]) for code, row in rows.items()]
    changed = range(0, len(issues), max(1, round(1 / _MIDDLE_CHANGES)))
    for place in changed:
        issues[place] = replace(issues[place], company_name=f"{issues[place].company_name}新")
    if is_felt:
        issues[0] = replace(issues[0], margin_code="1")
    preview_snapshot(day, issues, SOURCE)


def _database_bytes() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])
