"""Whatever is killed while a ledger goes back to a revision, and whenever: the database is as it was, or as it was to become."""

import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from tests.backups.backup_files import every_row, manage, start_manage, take, working_on
from tests.backups.test_restore_killed import rows_afterwards
from tests.backups.test_restore_to_revision import go_on, ledger
from tests.local.stack import wait_for
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def databases() -> list[str]:
    with psycopg.connect(database_url()) as server:
        return [name for (name,) in server.execute("SELECT datname FROM pg_database").fetchall()]


def start(path: Path, database: str) -> "subprocess.Popen[bytes]":
    return start_manage(
        "restore", str(path), "--to-revision", "2", "--force", "--yes", "--keep", str(path.with_name("kept")), database=database,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def children(process: "subprocess.Popen[bytes]") -> list[str]:
    with suppress(psutil.NoSuchProcess):
        return [one.name() for one in psutil.Process(process.pid).children()]
    return []


def test_a_kill_leaves_the_old_state_or_the_new_and_the_next_try_goes_through(
    filled: str, other_database: str, tmp_path: Path
) -> None:
    then = ledger(every_row())
    go_on()
    path = take(tmp_path / "meigara.backup")
    manage("restore", str(path), "--trial", database=other_database, stdout=subprocess.DEVNULL)
    with working_on(other_database):
        now = every_row()
        connection.close()

    # While the copy is made.
    process = start(path, other_database)
    wait_for(lambda: process.poll() is not None or f"{other_database}_rewound" in databases())
    process.kill()
    process.communicate()
    assert rows_afterwards(other_database) == now

    # While it takes the database's place.
    process = start(path, other_database)
    wait_for(lambda: process.poll() is not None or "psql" in children(process), 180)
    process.kill()
    process.communicate()
    left = rows_afterwards(other_database)
    assert left == now or ledger(left) == then

    (tmp_path / "kept").unlink(missing_ok=True)
    process = start(path, other_database)
    told = process.communicate()[1].decode()
    assert process.returncode == 0, told
    assert ledger(rows_afterwards(other_database)) == then
    assert f"{other_database}_rewound" not in databases()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["kept", "meigara.backup"]
