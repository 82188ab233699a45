"""A backup restored elsewhere is the same product, and nothing else gets in."""

import io
import shutil
import subprocess
import threading
from datetime import date
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django_redis import get_redis_connection

from api.generations import GENERATIONS_KEY, Generations, read_generations
from api.keys import find_api_key
from backups.programs import connection_string, find_program
from companies.ledger.history_proof import verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company
from datasources.credentials import Credentials, find_credentials
from datasources.models import DataSource
from tests.backups.backup_files import (
    every_row,
    manage,
    manifest_of,
    members_of,
    take,
    take_as_release_1_0,
    working_on,
)
from tests.factories import make_issue
from tests.local.stack import wait_for
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
APRIL = date(2024, 4, 30)


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
            largest_file=65_536,
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
