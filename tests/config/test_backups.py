"""A backup restored elsewhere is the same product, and nothing else gets in."""

import io
import resource
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.db import connection
from django_celery_beat.models import PeriodicTask
from django_redis import get_redis_connection

from companies.history_proof import verify_history
from companies.models import Company
from companies.snapshots import apply_snapshot
from config.api.generations import GENERATIONS_KEY, Generations, read_generations
from config.api.keys import create_api_key, find_api_key
from config.backups.programs import connection_string, find_program
from datasources.credentials import Credentials, find_credentials, store_credentials
from datasources.models import DataSource
from syncjobs.runs import start_listing_run
from tests.config.backup_files import (
    empty_database,
    every_row,
    manage,
    manifest_of,
    members_of,
    rewrite,
    take,
    take_as_release_1_0,
    working_on,
    write_members,
)
from tests.conftest import MARCH
from tests.factories import make_issue
from tests.local.stack import wait_for
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
APRIL = date(2024, 4, 30)


@pytest.fixture
def filled(two_lists: None) -> str:
    """Something in every part of the product; returns the key of its API user."""
    source = DataSource.objects.create(name="J-Quants")
    store_credentials(source, Credentials("an-api-key-of-a-source"))
    start_listing_run(source, requested_by="test")
    user = User.objects.create_user("analyst", password="not-a-real-password")
    user.groups.add(Group.objects.get(name="analyst"))
    PeriodicTask.objects.filter(enabled=True).update(description="自分で変えた説明 'と\\記号\t")
    return create_api_key(name="screen", scopes=["read"])[1]


@pytest.fixture
def other_database() -> Iterator[str]:
    """An empty one."""
    with empty_database() as name:
        yield name


def test_a_backup_restored_into_an_empty_database_is_the_same_product(
    filled: str, other_database: str, tmp_path: Path
) -> None:
    path, told = take(tmp_path / "meigara.backup"), io.StringIO()
    before = every_row()
    # What is cached is ahead of the backup from here on.
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)

    with working_on(other_database):
        call_command("restore", path, stdout=told)

        assert every_row() == before
        assert {"companies", "company_versions", "sync_runs", "api_keys"} <= before.keys()
        assert all(
            before[t] for t in ("companies", "sync_runs", "api_keys", "data_sources", "auth_user", "django_migrations")
        )
        assert verify_history() == []
        assert find_credentials(DataSource.objects.get(provider="jquants")) == Credentials("an-api-key-of-a-source")
        assert find_api_key(filled) is not None
        published = get_redis_connection("state").hmget(GENERATIONS_KEY, Generations._fields)
        assert Generations(*map(int, published)) == read_generations()
        # Sequences, triggers and the view go on where they were.
        generation, newest = read_generations().companies, Company.objects.latest("id").pk
        result = apply_snapshot(APRIL, [make_issue(code) for code in ("7203", "7201", "1301", "130A", "1332")], "jpx")
        assert (result.new, Company.objects.latest("id").pk > newest) == (1, True)
        assert read_generations().companies > generation
        assert verify_history() == []
    assert f"{len(before) - 1} 個の表" in told.getvalue()


def test_a_backup_can_be_read_by_its_owner_only_and_holds_no_key_in_the_clear(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")

    dump = b"".join(content for name, content in members_of(path).items() if name.startswith("dump."))
    restored = subprocess.run([find_program("pg_restore"), "--file=-"], input=dump, capture_output=True, check=True)
    content = restored.stdout.decode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert "トヨタ自動車" in content
    assert "an-api-key-of-a-source" not in content
    assert filled not in content
    assert list(tmp_path.iterdir()) == [path]


def test_a_backup_is_of_one_moment_and_says_what_is_in_it(filled: str, tmp_path: Path) -> None:
    manifest = manifest_of(take(tmp_path / "meigara.backup"))

    assert manifest["rows_by_table"]["companies"] == 5
    assert manifest["rows_by_table"]["listing_snapshots"] == 2
    assert "companies.0001_initial" in manifest["migrations"]


def test_what_is_written_while_a_backup_is_taken_is_neither_counted_nor_dumped(filled: str, tmp_path: Path) -> None:
    before, path = every_row(), tmp_path / "meigara.backup"

    def take_it() -> None:
        try:
            take(path)
        finally:
            connection.close()

    taking = threading.Thread(target=take_it)
    with psycopg.connect(database_url()) as writer:
        # Tables are counted in the order of their names: when this one's turn comes, keys were.
        writer.execute("LOCK TABLE sync_runs IN ACCESS EXCLUSIVE MODE")
        taking.start()
        wait_for(is_counting_held_up)
        writer.execute("DELETE FROM api_keys")
    taking.join()

    call_command("restore", path, "--force", stdout=io.StringIO())
    assert every_row() == before


def is_counting_held_up() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'sync_runs'::regclass")
        return bool(cursor.fetchone()[0])


def test_a_backup_goes_through_pipes_as_well(filled: str, other_database: str, tmp_path: Path) -> None:
    before = every_row()
    with (tmp_path / "piped").open("wb") as target:
        told = manage("backup", "-", database=str(connection.settings_dict["NAME"]), stdout=target)
    with (tmp_path / "piped").open("rb") as source:
        manage("restore", "-", database=other_database, stdin=source, stdout=subprocess.DEVNULL)

    assert "個の表" in told
    with working_on(other_database):
        assert every_row() == before


def test_a_file_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("kept")

    with pytest.raises(CommandError, match="すでにあります"):
        call_command("backup", str(tmp_path / "kept"))
    assert (tmp_path / "kept").read_text() == "kept"


def test_a_place_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="書き込めません"):
        call_command("backup", str(tmp_path / "nowhere" / "file"))


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


def test_nothing_is_restored_under_a_product_that_is_at_work(filled: str, tmp_path: Path) -> None:
    path = take(tmp_path / "meigara.backup")

    with (
        psycopg.connect(database_url(), application_name="meigara-worker"),
        pytest.raises(CommandError, match=r"動作中です.*meigara-worker 1"),
    ):
        call_command("restore", path, "--force")
    assert Company.objects.filter(last_seen_on=MARCH).count() == 4


def test_a_backup_of_the_release_before_is_restored_from_a_file_and_through_a_pipe(
    filled: str, other_database: str, tmp_path: Path
) -> None:
    before = every_row()
    old = take_as_release_1_0(tmp_path / "old", like=take(tmp_path / "meigara.backup"))

    call_command("restore", old, "--force", stdout=io.StringIO())
    assert every_row() == before
    with subprocess.Popen(["cat", old], stdout=subprocess.PIPE) as piped:
        manage("restore", "-", database=other_database, stdin=piped.stdout, stdout=subprocess.DEVNULL)
    with working_on(other_database):
        assert every_row() == before


def test_a_damaged_backup_of_the_release_before_changes_nothing(filled: str, tmp_path: Path) -> None:
    old = take_as_release_1_0(tmp_path / "old", like=take(tmp_path / "meigara.backup"))
    before, whole = every_row(), old.read_bytes()
    (tmp_path / "flipped").write_bytes(whole[:9000] + bytes([whole[9000] ^ 1]) + whole[9001:])
    (tmp_path / "short").write_bytes(whole[:-100])

    for name in ("flipped", "short"):
        with pytest.raises(CommandError, match="壊れているか"):
            call_command("restore", tmp_path / name, "--force")
    assert every_row() == before


def no_files_over_64_kb() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))


def test_what_comes_through_a_pipe_is_kept_nowhere_on_its_way(filled: str, other_database: str, tmp_path: Path) -> None:
    with connection.cursor() as cursor:
        # Random, so that it is as large in the file.
        cursor.execute(
            "UPDATE listing_snapshots SET rows ="
            " (SELECT string_agg(sha512(n::text::bytea), NULL) FROM generate_series(1, 100000) AS n)"
        )
    before, path = every_row(), take(tmp_path / "meigara.backup")

    with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as piped:
        manage(
            "restore", "-", database=other_database, stdin=piped.stdout, stdout=subprocess.DEVNULL,
            preexec_fn=no_files_over_64_kb,
        )  # fmt: skip

    assert path.stat().st_size > 10_000_000
    assert len(members_of(path)) > 4
    with working_on(other_database):
        assert every_row() == before


def test_a_backup_can_be_read_with_tar_and_pg_restore_alone(filled: str, other_database: str, tmp_path: Path) -> None:
    before, path = every_row(), take(tmp_path / "meigara.backup")
    with working_on(other_database):
        target = connection_string()

    dump = subprocess.run(["tar", "-xOf", path, "--wildcards", "dump.*"], capture_output=True, check=True).stdout
    words: list[str | Path] = [find_program("pg_restore"), "--single-transaction", "--no-owner", f"--dbname={target}"]
    subprocess.run(words, input=dump, check=True)

    with working_on(other_database):
        assert every_row() == before


def test_a_restore_on_trial_leaves_the_cache_of_the_product_alone(
    filled: str, other_database: str, tmp_path: Path
) -> None:
    path = take(tmp_path / "meigara.backup")
    # The product goes on; the backup's numbers are behind its own.
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    published = get_redis_connection("state").hgetall(GENERATIONS_KEY)
    assert published

    manage("restore", str(path), "--trial", database=other_database, stdout=subprocess.DEVNULL)

    assert get_redis_connection("state").hgetall(GENERATIONS_KEY) == published


def test_of_a_folder_the_newest_backup_is_restored(filled: str, tmp_path: Path) -> None:
    before = every_row()
    take(tmp_path / "meigara-20261101T103000Z.backup")
    shutil.copy(tmp_path / "meigara-20261101T103000Z.backup", tmp_path / "meigara-20261031T103000Z.backup")
    told = io.StringIO()
    (tmp_path / "meigara-20261031T103000Z.backup").write_text("damaged")
    (tmp_path / "meigara-20261102T103000Z.backup.partial").write_text("unfinished")

    call_command("restore", tmp_path, "--force", stdout=told)

    assert every_row() == before
