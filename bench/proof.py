"""Proving ten years of daily history, as an operator does: from the first list, and from a checkpoint."""

import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import date, timedelta

import psutil
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from bench.lists import change_some, make_list
from bench.report import Measurement
from companies.ledger.changes import number_unnumbered
from companies.ledger.entries import iterate_entries
from companies.ledger.history import derive_histories, sharing
from companies.ledger.history_tables import store_histories
from companies.ledger.snapshot_rows import collect_rows, pack_rows
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import LedgerRevision, ListingSnapshot
from tests.syncjobs.worker import database_url_of_tests

_ISSUES = 4_400
_FIRST_DAY = date(2016, 1, 4)
_MIB = 1024 * 1024
#: Business days of ten years.
_DAYS = 2_450


def measure_proof(days: int = _DAYS) -> list[Measurement]:
    """Seconds and the most memory of the command; a list came since the proof that the second one goes on from."""
    call_command("flush", verbosity=0, interactive=False)
    issues = record_lists(days)
    whole = _verify("verify_history、最初の一覧から")
    newest = change_some(issues, 0.01, seed=days)
    apply_snapshot(_FIRST_DAY + timedelta(days=days), newest, "jquants", force=True)
    return [*whole, *_verify("verify_history、検証済みの地点から")]


def record_lists(days: int) -> list[ListedIssue]:
    """Lists of so many days, 1% changed on each, as a release without revisions left them, then numbered. The last list."""
    issues = make_list(_ISSUES)
    for position in range(days):
        issues = change_some(issues, 0.01, seed=position) if position else issues
        packed = pack_rows(collect_rows(issues))
        ListingSnapshot.objects.create(
            date_in_force=_FIRST_DAY + timedelta(days=position), source="jquants", row_count=len(issues),
            sha256=packed.sha256, rows=packed.compress(),
        )  # fmt: skip
    with transaction.atomic():
        histories = derive_histories(iterate_entries(), sharing())
        store_histories(histories, before={}, revision=LedgerRevision(recorded_at=timezone.now()))
    number_unnumbered()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return issues


def _verify(what: str) -> list[Measurement]:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "verify_history"],
        env={**os.environ, "DATABASE_URL": database_url_of_tests(), "LOG_LEVEL": "ERROR"},
    )
    largest, processor = 0, 0.0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        # Not what the system counts for a child: that begins with what its parent held.
        with suppress(psutil.Error), watched.oneshot():
            largest, processor = max(largest, watched.memory_info().rss), sum(watched.cpu_times()[:2])
        time.sleep(0.1)
    seconds = time.perf_counter() - started
    if process.returncode:
        raise RuntimeError(f"verify_history: {process.returncode}")
    return [
        Measurement(f"{what}（10 年の日次履歴）", seconds, 60, 1, "s"),
        Measurement("同、プロセッサー時間", processor, 60, 1, "s"),
        Measurement("同、最大メモリー", largest / _MIB, 300, 1, "MiB"),
    ]
