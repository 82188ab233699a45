"""Backups by plan: one that is there is whole and recorded, old ones go, and one is restored on trial now and then."""

import io
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone
from psycopg import sql

from backups.keeping import is_rehearsal_due, keep_one, rehearse_newest, thin_out
from backups.models import BackupKind, BackupRecord
from backups.retention import backups_in, name_of
from companies.models import Company
from operations.stored_state import StoredState
from tests.backups.backup_files import start_manage
from tests.local.stack import wait_for
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def keep(folder: Path) -> None:
    call_command("keep_backups", str(folder), "--once", stdout=io.StringIO())


def gauges() -> dict[str, float]:
    return {
        sample.name: sample.value
        for family in StoredState().collect()
        for sample in family.samples
        if sample.name.startswith(("backup_", "restore_"))
    }


def databases() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        return {name for (name,) in cursor.fetchall()}


@pytest.fixture
def trial_database() -> Iterator[str]:
    """One of the name that the next trial's will have, of nobody knows whom; gone afterwards."""
    name = f"{connection.settings_dict['NAME']}_trial"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def test_a_backup_by_plan_is_there_restored_on_trial_and_recorded(
    two_lists: None, tmp_path: Path, trial_database: str
) -> None:
    """Though a trial that was killed left its database behind, which the next takes away."""
    with connection.cursor() as cursor:
        mark = sql.SQL("COMMENT ON DATABASE {} IS 'made by a restore on trial; may be dropped'")
        cursor.execute(mark.format(sql.Identifier(trial_database)))
    before = databases()
    assert gauges() == {
        "backup_last_success_timestamp_seconds": 0, "backup_last_failed": 0,
        "restore_rehearsal_last_success_timestamp_seconds": 0, "restore_rehearsal_last_failed": 0,
    }  # fmt: skip

    keep(tmp_path)

    [path] = tmp_path.iterdir()
    backup, rehearsal = BackupRecord.objects.order_by("pk")
    assert (backup.kind, backup.file_name, backup.error) == (BackupKind.BACKUP, path.name, "")
    assert backup.size_bytes == path.stat().st_size
    assert (rehearsal.kind, rehearsal.file_name, rehearsal.error) == (BackupKind.REHEARSAL, path.name, "")
    assert databases() == before - {trial_database}
    assert gauges() == {
        "backup_last_success_timestamp_seconds": pytest.approx(backup.started_at.timestamp()),
        "backup_last_failed": 0,
        "backup_size_bytes": path.stat().st_size,
        "restore_rehearsal_last_success_timestamp_seconds": pytest.approx(rehearsal.started_at.timestamp()),
        "restore_rehearsal_last_failed": 0,
    }


def test_the_next_trial_is_a_week_later(two_lists: None, tmp_path: Path, trial_database: str) -> None:
    """It cannot end well where its database is somebody else's, but is over at once."""
    first, second = tmp_path / "first", tmp_path / "second"
    ended = timezone.now() - timedelta(days=6)
    BackupRecord.objects.create(kind=BackupKind.REHEARSAL, started_at=ended, ended_at=ended, file_name="last")

    # In folders of their own: a backup is named after the second in which it began.
    for folder in (first, second):
        folder.mkdir()
    keep(first)
    assert BackupRecord.objects.filter(kind=BackupKind.REHEARSAL).count() == 1

    BackupRecord.objects.filter(kind=BackupKind.REHEARSAL).update(started_at=ended - timedelta(days=1))
    with pytest.raises(CommandError):
        keep(second)
    assert BackupRecord.objects.filter(kind=BackupKind.REHEARSAL).count() == 2


def test_a_trial_finds_a_backup_whose_history_does_not_follow_from_its_ledger(two_lists: None, tmp_path: Path) -> None:
    Company.objects.filter(code="7203").update(company_name="書き換え")
    assert keep_one(tmp_path, settings.BACKUP_PLAN, show_alive=lambda: None)

    assert rehearse_newest(tmp_path, show_alive=lambda: None) is False
    error = BackupRecord.objects.get(kind=BackupKind.REHEARSAL).error
    assert error.startswith("manage.py verify_history:")
    assert "7203" in error
    assert gauges()["restore_rehearsal_last_failed"] == 1


def test_a_database_of_somebody_elses_is_not_taken_for_a_trial(
    two_lists: None, tmp_path: Path, trial_database: str
) -> None:
    keep_one(tmp_path, settings.BACKUP_PLAN, show_alive=lambda: None)

    assert rehearse_newest(tmp_path, show_alive=lambda: None) is False
    assert trial_database in databases()
    assert "試行が作ったものではない" in BackupRecord.objects.get(kind=BackupKind.REHEARSAL).error


def test_a_backup_that_fails_is_recorded_with_its_reason_and_removes_no_other(two_lists: None, tmp_path: Path) -> None:
    old = [tmp_path / name_of(datetime(2020, 1, day, tzinfo=UTC)) for day in range(1, 9)]
    for path in old:
        path.touch()

    keeper = start_manage(
        "keep_backups", str(tmp_path), "--once", database=str(connection.settings_dict["NAME"]),
        largest_file=65_536,
    )  # fmt: skip
    told = keeper.communicate()[1].decode()

    assert keeper.returncode == 1
    assert "失敗しました" in told
    assert sorted(tmp_path.iterdir()) == old
    assert "File too large" in BackupRecord.objects.get().error
    assert gauges()["backup_last_failed"] == 1
    assert gauges()["backup_last_success_timestamp_seconds"] == 0


def test_a_backup_that_cannot_be_read_again_goes_and_takes_no_older_one_with_it(
    two_lists: None, tmp_path: Path
) -> None:
    old = [tmp_path / name_of(datetime(2020, 1, day, tzinfo=UTC)) for day in range(1, 9)]
    for path in old:
        path.touch()

    def let_the_disk_fail() -> None:
        """A byte of what is written already is another."""
        for path in tmp_path.glob("*.partial"):
            with path.open("r+b") as file:
                file.seek(path.stat().st_size // 2)
                byte = file.read(1)[0]
                file.seek(-1, io.SEEK_CUR)
                file.write(bytes([byte ^ 1]))

    assert keep_one(tmp_path, settings.BACKUP_PLAN, show_alive=let_the_disk_fail) is False

    assert sorted(tmp_path.iterdir()) == old
    assert "壊れているか" in BackupRecord.objects.get().error
    assert keep_one(tmp_path, settings.BACKUP_PLAN, show_alive=lambda: None) is True
    # Of one month of years ago the last, and the newest few.
    assert sorted(tmp_path.iterdir())[:-1] == old[-2:]


def test_a_trial_that_failed_is_tried_again_with_the_next_backup() -> None:
    now = timezone.now()
    assert is_rehearsal_due(settings.BACKUP_PLAN, now=now) is True

    make_record(kind=BackupKind.REHEARSAL, hours_ago=24)
    assert is_rehearsal_due(settings.BACKUP_PLAN, now=now) is False
    BackupRecord.objects.all().delete()
    make_record(kind=BackupKind.REHEARSAL, hours_ago=24 * 8)
    make_record(kind=BackupKind.REHEARSAL, hours_ago=24, error="manage.py restore: …")
    assert is_rehearsal_due(settings.BACKUP_PLAN, now=now) is True
    assert is_rehearsal_due(replace(settings.BACKUP_PLAN, rehearse_every_days=0), now=now) is False


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere がありません"):
        keep(tmp_path / "nowhere")


def test_old_backups_and_unfinished_ones_go_and_what_is_not_ours_stays(tmp_path: Path) -> None:
    now = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)
    names = [name_of(now - timedelta(days=day)) for day in range(0, 100, 10)]
    for name in [*names, f"{name_of(now)}.partial", "notes.txt", "other.partial", "by-hand.backup"]:
        (tmp_path / name).touch()

    gone = thin_out(tmp_path, settings.BACKUP_PLAN, now=now)

    # Those of the last 31 days, and the last of each month before.
    kept = [name_of(now - timedelta(days=day)) for day in (0, 10, 20, 30, 60)]
    assert sorted(path.name for path in backups_in(tmp_path).values()) == sorted(
        [*kept, name_of(now - timedelta(days=90))]
    )
    assert f"{name_of(now)}.partial" in gone
    assert {"notes.txt", "other.partial", "by-hand.backup"} <= {path.name for path in tmp_path.iterdir()}


def test_the_keeper_takes_one_at_once_says_that_it_is_alive_and_waits_for_the_next(
    two_lists: None, tmp_path: Path
) -> None:
    shelf, runtime = tmp_path / "shelf", tmp_path / "runtime"
    shelf.mkdir()
    keeper = start_manage(
        "keep_backups", str(shelf), database=str(connection.settings_dict["NAME"]),
        PROMETHEUS_MULTIPROC_DIR=str(runtime), BACKUP_REHEARSE_EVERY_DAYS="0",
    )  # fmt: skip
    try:
        wait_for(lambda: BackupRecord.objects.count() == 1)
        assert len(backups_in(shelf)) == 1
        assert (runtime / "backup.alive").exists()
        told = io.StringIO()
        with override_settings(RUNTIME_DIRECTORY=runtime):
            call_command("check_backups", stdout=told)
        assert "動いています" in told.getvalue()
    finally:
        keeper.terminate()
        keeper.communicate()
    assert keeper.returncode == -signal.SIGTERM


def test_a_keeper_that_gives_no_sign_of_life_is_found_out(tmp_path: Path) -> None:
    with override_settings(RUNTIME_DIRECTORY=tmp_path), pytest.raises(CommandError, match="一度も応答"):
        call_command("check_backups")


def test_the_first_page_is_green_only_while_a_backup_is_fresh_and_good(two_lists: None, client: Client) -> None:
    client.force_login(User.objects.create_superuser("root"))
    assert labels(client) == ["まだありません", "まだありません"]

    make_record(hours_ago=2)
    make_record(kind=BackupKind.REHEARSAL, hours_ago=24)
    assert labels(client) == ["正常", "正常"]
    make_record(kind=BackupKind.REHEARSAL, error="manage.py restore: …")
    assert labels(client) == ["正常", "失敗"]
    BackupRecord.objects.all().delete()
    make_record(hours_ago=27)
    assert labels(client) == ["古い", "まだありません"]


def labels(client: Client) -> list[str]:
    page = client.get("/admin/").content.decode()
    block = page[page.index('aria-labelledby="backups"') :].partition("</section>")[0]
    return re.findall("まだありません|正常|失敗|古い", block)


def make_record(*, kind: BackupKind = BackupKind.BACKUP, hours_ago: float = 0, error: str = "") -> BackupRecord:
    at = timezone.now() - timedelta(hours=hours_ago)
    return BackupRecord.objects.create(kind=kind, started_at=at, ended_at=at, file_name="a file", error=error)


def test_operators_see_what_became_of_backups_and_nobody_changes_it(two_lists: None, client: Client) -> None:
    record = make_record(error="pg_dump が失敗しました")
    for role, status in (("analyst", 403), ("operator", 200), ("administrator", 200)):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        client.force_login(user)
        assert client.get("/admin/backups/backuprecord/").status_code == status
        page = client.get(f"/admin/backups/backuprecord/{record.pk}/change/")
        assert page.status_code == status
        if status == 200:
            assert re.search(r"結果.*?<span[^>]*bg-red-100[^>]*>\s*失敗\s*</span>", page.content.decode(), re.DOTALL)
        assert client.get("/admin/backups/backuprecord/add/").status_code == 403
        assert client.post(f"/admin/backups/backuprecord/{record.pk}/delete/").status_code == 403
        assert ('aria-labelledby="backups"' in client.get("/admin/").content.decode()) is (status == 200)
