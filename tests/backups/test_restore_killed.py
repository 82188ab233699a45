"""Whatever is killed while a backup is restored, and whenever: the database is as it was, or as the backup, and nothing else."""

import io
import os
import signal
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO

import psutil
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection

from companies.ledger.snapshots import apply_snapshot
from tests.backups.backup_files import empty_database, every_row, start_manage, take, working_on
from tests.factories import make_issue
from tests.local.stack import wait_for
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

# More of them by hand: KILLS=90 make test ARGS=tests/backups/test_restore_killed.py
KILLS = int(os.environ.get("KILLS", "5"))
APRIL = f"april_{os.getpid()}"
VICTIMS = ("restore", "psql", "pg_restore", "all three", "the server's process")
Rows = dict[str, list[str]]
Backups = dict[str, tuple[Path, Rows]]


@pytest.fixture(scope="module")
def made_once() -> Iterator[Backups]:
    """The backups of the first test, and a database with the later of them in it: no test changes either."""
    made: Backups = {}
    yield made
    if made:
        with psycopg.connect(database_url(), autocommit=True) as server:
            server.execute(f"DROP DATABASE IF EXISTS {APRIL} WITH (FORCE)")


@pytest.fixture
def backups(made_once: Backups, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Backups:
    """Two backups of several pieces each, and the rows of both."""
    if not made_once:
        request.getfixturevalue("two_lists")
        made_once.update(make_backups(tmp_path_factory.mktemp("backups")))
        with empty_database(APRIL, is_kept=True):
            run_restore(made_once["april"][0], APRIL)
    return made_once


def make_backups(folder: Path) -> Backups:
    with connection.cursor() as cursor:
        # Random, so that it is as large in the file.
        cursor.execute(
            "INSERT INTO listing_snapshots (date_in_force, source, row_count, sha256, rows, is_superseded)"
            " SELECT '2024-03-01', 'jpx', 0, '', string_agg(sha512(n::text::bytea), NULL), true"
            " FROM generate_series(1, 70000) AS n"
        )
    march = (take(folder / "march"), every_row())
    apply_snapshot(date(2024, 4, 30), [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    return {"march": march, "april": (take(folder / "april"), every_row())}


@pytest.fixture
def april(backups: Backups) -> Iterator[str]:
    """A database with the later of the two in it."""
    with empty_database(template=APRIL) as name:
        yield name


def run_restore(path: Path, database: str) -> None:
    with working_on(database):
        call_command("restore", str(path), "--force", "--trial", stdout=io.StringIO())


def backends(database: str) -> list[tuple[int, str]]:
    """Process and wait event of each session of a restore's psql; of a server that recovers, nothing is known."""
    with psycopg.connect(database_url()) as server:
        return server.execute(
            "SELECT pid, coalesce(wait_event, '') FROM pg_stat_activity"
            " WHERE datname = %s AND application_name = 'meigara-backup'",
            [database],
        ).fetchall()


def rows_afterwards(database: str) -> Rows:
    """Once nobody is at work in it any more."""

    def is_quiet() -> bool:
        with suppress(psycopg.OperationalError):
            return backends(database) == []
        return False

    wait_for(is_quiet)
    with working_on(database):
        connection.close_pool()  # type: ignore[attr-defined]
        return every_row()


def kill(victim: str, restore: "subprocess.Popen[bytes]", database: str) -> None:
    """The process of that name, if it is there."""
    children = psutil.Process(restore.pid).children()
    if victim == "the server's process":
        for pid, _ in backends(database):
            os.kill(pid, signal.SIGKILL)
    for process in children:
        if victim in ("all three", process.name()):
            process.kill()
    if victim in ("restore", "all three"):
        restore.kill()


def _end_of_dump(content: bytes) -> int:
    """Where its last piece ends: what comes after it may fill the rest of the file's last record, or not."""
    with tarfile.open(fileobj=BytesIO(content)) as archive:
        last = [member for member in archive if member.name.startswith("dump.")][-1]
    return last.offset_data + last.size


def bytes_until(step: str, content: bytes) -> int:
    """How much of the file is read by then."""
    return {
        "what was there is gone": content.index(b"dump.00000") + 100_000,
        "the first piece is in": content.index(b"dump.00001") + 100_000,
        "the last block is missing": _end_of_dump(content) - tarfile.BLOCKSIZE,
    }[step]


@pytest.mark.parametrize(
    ("step", "victim"),
    [
        ("what was there is gone", "restore"),
        ("what was there is gone", "pg_restore"),
        ("the first piece is in", "psql"),
        ("the first piece is in", "the server's process"),
        ("the last block is missing", "restore"),
        ("the last block is missing", "pg_restore"),
        ("the last block is missing", "psql"),
        ("the last block is missing", "all three"),
    ],
)
def test_a_kill_before_the_commit_leaves_everything_as_it_was(
    backups: Backups, april: str, step: str, victim: str
) -> None:
    path, _ = backups["march"]
    content = path.read_bytes()
    cut = bytes_until(step, content)
    restore = start_manage(
        "restore", "--force", "--trial", "-", database=april, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
    )
    feed(restore.stdin, content[:cut])
    # psql has done all that it was told, and what was there is gone for it.
    wait_for(lambda: restore.poll() is not None or [event for _, event in backends(april)] == ["ClientRead"])
    assert len(psutil.Process(restore.pid).children()) == 2

    kill(victim, restore, april)
    feed(restore.stdin, content[cut:])
    told = restore.communicate()[1].decode()

    assert restore.returncode != 0
    assert "データベースは元のままです" in told or victim in ("restore", "all three")
    assert rows_afterwards(april) == backups["april"][1]


def feed(pipe: IO[bytes] | None, content: bytes) -> None:
    assert pipe is not None
    with suppress(BrokenPipeError):
        pipe.write(content)
        pipe.flush()


def test_a_kill_before_anything_was_touched_touches_nothing(backups: Backups, april: str) -> None:
    restore = start_manage("restore", "--force", "-", database=april, stdin=subprocess.PIPE)
    feed(restore.stdin, backups["march"][0].read_bytes()[:700])
    time.sleep(1)

    restore.kill()
    restore.communicate()

    assert rows_afterwards(april) == backups["april"][1]


def test_a_pipe_that_breaks_off_leaves_everything_as_it_was(backups: Backups, april: str) -> None:
    content = backups["march"][0].read_bytes()
    restore = start_manage("restore", "--force", "-", database=april, stdin=subprocess.PIPE)

    _, told = restore.communicate(content[: content.index(b"end.json")])

    assert restore.returncode == 1
    assert "壊れているか" in told.decode()
    assert rows_afterwards(april) == backups["april"][1]


def count_children(process: "subprocess.Popen[bytes]") -> int:
    """It may end while it is asked for them."""
    try:
        return len(psutil.Process(process.pid).children()) if process.poll() is None else 0
    except psutil.NoSuchProcess:
        return 0


def test_a_kill_at_any_moment_leaves_one_or_the_other(backups: Backups, april: str) -> None:
    rows = {name: found for name, (_, found) in backups.items()}
    measured = start_restore(backups["march"][0], april)
    wait_for_work(measured)
    began = time.monotonic()
    # Up to the commit: what comes after it in the restore itself changes nothing.
    wait_for(lambda: count_children(measured) == 0)
    takes, held, seen = time.monotonic() - began, "march", []
    finish(measured)

    for number in range(KILLS):
        other = "april" if held == "march" else "march"
        restore = start_restore(backups[other][0], april)
        wait_for_work(restore)
        # The golden ratio: no two moments are near each other, however many there are.
        time.sleep(takes * ((number * 0.618) % 1))
        if restore.poll() is None:
            with suppress(psutil.NoSuchProcess, ProcessLookupError, psycopg.OperationalError):
                kill(VICTIMS[number % len(VICTIMS)], restore, april)
        restore.communicate()

        found = rows_afterwards(april)
        assert found in (rows[held], rows[other]), number
        if restore.returncode == 0:
            assert found == rows[other], number
        seen.append((VICTIMS[number % len(VICTIMS)], restore.returncode, found == rows[other]))
        held = other if found == rows[other] else held

    # Not one of them was too late to hit anything.
    assert any(code != 0 for _, code, _ in seen), seen


def wait_for_work(restore: "subprocess.Popen[bytes]") -> None:
    """Until psql and pg_restore are there: before that nothing is touched."""
    wait_for(lambda: restore.poll() is not None or count_children(restore) == 2)


def start_restore(path: Path, database: str) -> "subprocess.Popen[bytes]":
    return start_manage(
        "restore", "--force", "--trial", str(path), database=database, stdout=subprocess.DEVNULL
    )  # fmt: skip


def finish(restore: "subprocess.Popen[bytes]") -> None:
    told = restore.communicate()[1].decode()
    assert restore.returncode == 0, told


@pytest.fixture
def slow_commits(april: str) -> Iterator[None]:
    """A commit is on disk, and then waits for a second server that never comes."""
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(f"ALTER DATABASE {april} SET synchronous_commit = 'on'")
        server.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        server.execute("SELECT pg_reload_conf()")
    yield
    release_commits()


def release_commits() -> None:
    """As soon as the server is there again; who waits is let go, and the commit stands."""

    def is_done() -> bool:
        with suppress(psycopg.OperationalError), psycopg.connect(database_url(), autocommit=True) as server:
            server.execute("ALTER SYSTEM RESET synchronous_standby_names")
            server.execute("SELECT pg_reload_conf()")
            return True
        return False

    wait_for(is_done)


@pytest.mark.usefixtures("slow_commits")
@pytest.mark.parametrize("victim", ["psql", "the server's process"])
def test_a_kill_after_the_commit_is_not_told_as_a_failure(backups: Backups, april: str, victim: str) -> None:
    restore = start_restore(backups["march"][0], april)
    wait_for(lambda: [event for _, event in backends(april)] == ["SyncRep"])

    kill(victim, restore, april)
    release_commits()
    told = restore.communicate()[1].decode()

    assert restore.returncode == 0, told
    assert rows_afterwards(april) == backups["march"][1]
