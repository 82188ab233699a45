"""Backups that are taken while others import and take back: each is one state of the ledger, and the product goes on from it."""

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from companies.feed.position import Position
from companies.ledger.history_proof import verify_history
from companies.ledger.history_tables import load_histories, load_known_histories
from companies.ledger.snapshots import apply_snapshot
from companies.models import EntryHolding, LedgerRevision, ListingSnapshot, SnapshotWithdrawal
from tests.backups.backup_files import empty_database, manage, start_manage, take, working_on
from tests.conftest import MARCH
from tests.factories import make_issue
from tests.local.stack import wait_for

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BACKUPS = 4
# A list a day, each with other names; and from each that was taken back the list before it holds again.
_IMPORT = """
from datetime import date, timedelta
from itertools import count
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue
for step in count():
    codes = [str(1301 + number) for number in range(300) if (number + step) % 7]
    issues = [make_issue(code, company_name=f"会社{code} 第{(int(code) + step) // 50}期") for code in codes]
    apply_snapshot(date(2024, 4, 1) + timedelta(days=step % 900), issues, "jpx", force=True)
"""
_WITHDRAW = """
from itertools import count
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
for step in count():
    entry = ListingSnapshot.objects.standing().filter(date_in_force__gt="2024-04-01").order_by("?").first()
    if entry is not None:
        withdraw_entry(entry.pk, reason="誤り", withdrawn_by="山田")
"""


@contextmanager
def at_work(program: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that goes on until it is killed."""
    process = start_manage(
        "shell",
        "--no-imports",
        "-c",
        program,
        database=str(connection.settings_dict["NAME"]),
        stdout=subprocess.DEVNULL,
    )
    try:
        yield process
        assert process.poll() is None, process.communicate()[1]
    finally:
        process.kill()
        process.communicate()


def newest() -> int:
    found: int | None = LedgerRevision.objects.order_by("-number").values_list("number", flat=True).first()
    return found or 0


def ledger_at(number: int) -> dict[str, Any]:
    """What every later state of the ledger still says of a revision."""
    revisions = LedgerRevision.objects.filter(number__lte=number)
    withdrawn = revisions.filter(kind="withdrawn").values("entry")
    return {
        "revisions": list(revisions.order_by("number").values_list("number", "kind", "entry_id", "recorded_at", "fingerprint")),
        "histories": load_known_histories(number),
        "entries": list(
            ListingSnapshot.objects.filter(pk__in=revisions.values("entry")).order_by("pk").values_list("pk", "sha256", "row_count")
        ),
        "withdrawals": list(SnapshotWithdrawal.objects.filter(entry__in=withdrawn).order_by("pk").values_list("pk", "withdrawn_at")),
        "holdings": sorted(
            (entry, since, until if until and until <= number else None)
            for entry, since, until in EntryHolding.objects.filter(held_from__lte=number).values_list("entry_id", "held_from", "held_until")
        ),
    }  # fmt: skip


def test_each_backup_under_load_is_one_revision_and_the_feed_goes_on_from_it(filled: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        for program in (_IMPORT, _IMPORT, _WITHDRAW):
            stack.enter_context(at_work(program))
        paths = []
        for number in range(BACKUPS):
            since = newest()
            wait_for(lambda since=since: newest() > since + 3)  # type: ignore[misc]
            paths.append(take(tmp_path / str(number)))

    taken_at = [check_backup_of_load(path) for path in paths]

    # Each was taken in the midst of it.
    assert 5 < taken_at[0] < taken_at[1] < taken_at[2] < taken_at[3] <= newest()


def check_backup_of_load(path: Path) -> int:
    """The revision that the backup is of."""
    with empty_database() as database:
        manage("restore", str(path), "--trial", database=database, stdout=subprocess.DEVNULL)
        with working_on(database):
            number = newest()
            assert verify_history() == []
            restored, position = ledger_at(number), Position(number).write()
            # All of it is of that revision, and nothing of a later one.
            assert load_histories() == restored["histories"]
            assert ListingSnapshot.objects.count() == len(restored["entries"])
            assert SnapshotWithdrawal.objects.count() == len(restored["withdrawals"])
            apply_snapshot(MARCH.replace(day=30), [make_issue("7203")], "jpx", force=True)
            assert (newest(), verify_history()) == (number + 1, [])
    assert ledger_at(number) == restored
    # Who followed the restored one up to there goes on where the other product is.
    assert Position.read(position) == Position(number)
    return number
