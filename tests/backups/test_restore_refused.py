"""What is not restored, and that everything is as it was then."""

import io
import time
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from backups.programs import find_program
from backups.transaction import PsqlTransaction
from companies.ledger.chain import find_head
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from tests.backups.backup_files import (
    every_row,
    manifest_of,
    members_of,
    rewrite,
    take,
    take_as_release_1_0,
    write_members,
)
from tests.conftest import MARCH
from tests.factories import make_issue
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
APRIL = date(2024, 4, 30)


def test_a_database_with_something_in_it_is_replaced_only_by_force(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")
    before = every_row()
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    after = every_row()

    with pytest.raises(CommandError, match=r"空ではありません.*--force"):
        call_command("restore", path)
    assert every_row() == after
    call_command("restore", path, "--force", stdout=io.StringIO())
    assert every_row() == before
    call_command("restore", path, "--force", stdout=io.StringIO())
    assert every_row() == before


def test_a_damaged_file_changes_nothing(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")
    before = every_row()
    whole, members = path.read_bytes(), members_of(path)
    middle = whole.index(members["dump.00000"]) + len(members["dump.00000"]) // 2
    (tmp_path / "short").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "without its end").write_bytes(whole[: whole.index(b"end.json")])
    (tmp_path / "flipped").write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    (tmp_path / "other").write_text("not a backup")
    (tmp_path / "empty").touch()
    write_members(tmp_path / "without a piece", {name: members[name] for name in ("manifest.json", "end.json")})
    write_members(tmp_path / "without an end", {name: members[name] for name in ("manifest.json", "dump.00000")})
    rewrite(path, tmp_path / "newer format", format=3)

    for name in (
        "short",
        "without its end",
        "flipped",
        "other",
        "empty",
        "without a piece",
        "without an end",
        "newer format",
    ):
        with pytest.raises(CommandError, match="壊れているか"):
            call_command("restore", tmp_path / name, "--force")
    with pytest.raises(CommandError, match="開けません"):
        call_command("restore", tmp_path / "missing", "--force")
    assert every_row() == before


def test_what_is_not_committed_is_over_in_the_database_too_when_it_is_left() -> None:
    def at_work() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(20);')")
            return bool(cursor.fetchone()[0])

    with PsqlTransaction(find_program("psql")) as transaction:
        transaction.send(b"LOCK TABLE companies IN ACCESS EXCLUSIVE MODE;\nSELECT pg_sleep(20);\n")
        transaction.input.flush()
        while not at_work():
            time.sleep(0.01)

    assert not at_work()
    assert Company.objects.count() == 0


def test_a_restore_that_fails_in_the_middle_leaves_everything_as_it_was(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")
    before = every_row()
    rows = manifest_of(path)["rows_by_table"]
    for count in (4, 6):
        wrong = rewrite(path, tmp_path / f"{count} instead of 5", rows_by_table={**rows, "companies": count})

        with pytest.raises(CommandError, match=r"元のままです(.|\n)*rows of companies are not those of the backup"):
            call_command("restore", wrong, "--force")
        assert every_row() == before


def test_a_backup_of_a_newer_release_or_a_newer_server_is_refused(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")
    applied = manifest_of(path)["migrations"]
    newer = rewrite(path, tmp_path / "newer", migrations=[*applied, "companies.9999_of_tomorrow"])
    server = rewrite(path, tmp_path / "server", postgresql_major=99)

    with pytest.raises(CommandError, match=r"companies.9999_of_tomorrow"):
        call_command("restore", newer, "--force")
    with pytest.raises(CommandError, match="PostgreSQL 99"):
        call_command("restore", server, "--force")


def test_a_backup_of_an_older_release_says_what_remains_to_be_done(filled: str, tmp_path: Path) -> None:
    path, told = take(tmp_path / "meigara.backup"), io.StringIO()
    applied = manifest_of(path)["migrations"]
    older = rewrite(path, tmp_path / "older", migrations=[m for m in applied if m != "companies.0005_event_indexes"])

    call_command("restore", older, "--force", stdout=told)

    assert "1 件あります" in told.getvalue()
    assert "manage.py migrate" in told.getvalue()


@pytest.mark.parametrize("part", ["meigara-worker", "meigara-notifier"])
def test_nothing_is_restored_under_a_product_that_is_at_work(filled: str, tmp_path: Path, part: str) -> None:
    path = take(tmp_path / "meigara.backup")

    with (
        psycopg.connect(database_url(), application_name=part),
        pytest.raises(CommandError, match=rf"動作中です.*{part} 1"),
    ):
        call_command("restore", path, "--force")
    assert Company.objects.filter(last_seen_on=MARCH).count() == 4


def test_a_damaged_backup_of_the_release_before_changes_nothing(filled: str, tmp_path: Path) -> None:
    old = take_as_release_1_0(tmp_path / "old", like=take(tmp_path / "meigara.backup"))
    before, whole = every_row(), old.read_bytes()
    (tmp_path / "flipped").write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    (tmp_path / "short").write_bytes(whole[:-100])

    for name in ("flipped", "short"):
        with pytest.raises(CommandError, match="壊れているか"):
            call_command("restore", tmp_path / name, "--force")
    assert every_row() == before


def test_a_backup_whose_ledger_ends_at_another_hash_than_it_says_changes_nothing(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")
    before, (number, chain) = every_row(), find_head()
    assert manifest_of(path)["head"] == {"revision": number, "chain": chain}
    told = io.StringIO()
    rewrite(path, tmp_path / "other", head={"revision": number, "chain": "0" * 64})
    rewrite(path, tmp_path / "later", head={"revision": number + 1, "chain": chain})
    rewrite(path, tmp_path / "of a release without", head=None)

    for name in ("other", "later"):
        with pytest.raises(CommandError, match="the chain of revisions ends at"):
            call_command("restore", tmp_path / name, "--force")
    assert every_row() == before
    call_command("restore", tmp_path / "of a release without", "--force", stdout=io.StringIO())
    call_command("restore", path, "--force", stdout=told)
    assert f"改訂の連鎖の先頭: {number}:{chain}（バックアップと一致することを確認済み）" in told.getvalue()
    assert every_row() == before
