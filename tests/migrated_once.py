"""The tables of the test database, which one process of a parallel run makes by all migrations and the others copy from it.

A hundred and fifty migrations take each process four seconds, and its PostgreSQL two; the copy takes a fifth of one.
"""

import fcntl
import os
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from backups.programs import connection_string, find_program, program_environment

#: Who makes them, while the others collect static files.
MAKER = "gw0"


def make_or_copy(shared: Path) -> None:
    """The test database of this process, as `migrate` leaves it. `shared` is a folder that all processes of the run have in common,
    and no other run.
    """
    dumped = shared / "migrated.sql"
    usual = connection.settings_dict["NAME"]
    with (shared / "migrated.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not dumped.exists():
            connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
            _run("pg_dump", "--no-owner", f"--file={dumped}.new", f"--dbname={connection_string()}")
            Path(f"{dumped}.new").rename(dumped)
            # Whoever makes test databases looks for it by the usual name.
            _hang_up()
            connection.settings_dict["NAME"] = usual
            return
    name = connection.creation._get_test_db_name()  # type: ignore[attr-defined] # not public
    target = make_conninfo(connection_string(), dbname=name)
    with psycopg.connect(connection_string(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    _run("psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--single-transaction", f"--file={dumped}", target)
    _hang_up()


def _hang_up() -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's backend


def _run(program: str, *words: str) -> None:
    subprocess.run([find_program(program), *words], env=program_environment(), stdout=subprocess.DEVNULL, check=True)


def is_of_many(session: pytest.Session) -> bool:
    """Whether other processes share the run, in which somebody asks for the database."""
    return "PYTEST_XDIST_WORKER" in os.environ and any(
        item.get_closest_marker("django_db") or {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
        for item in session.items
    )
