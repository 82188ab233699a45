"""A database of its own beside the product's, in which a backup is put to work by the product's commands before anybody relies on it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import DatabaseError, connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from backups.errors import BackupError
from backups.programs import server_place

# What tells a database that was left behind from one of the same name that is somebody's.
_MARK = "made by a restore on trial; may be dropped"
_POLL_SECONDS = 5


class SideDatabase:
    """Where commands can be run as an operator would, each in a process of its own."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def environment(self) -> dict[str, str]:
        """Ours, with the other database in it."""
        return {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL_FILE"},
            "DATABASE_URL": _url_of(self.name),
            "LOG_LEVEL": "ERROR",
        }

    def start(self, words: list[str], *, stdout: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
        """The command `manage.py` with these words."""
        return subprocess.Popen(  # noqa: S603 ours
            [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
            cwd=settings.BASE_DIR, env=self.environment, stdout=stdout, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, words: list[str], show_alive: Callable[[], object]) -> str:
        """What it told. Raises `BackupError` with what went wrong."""
        process = self.start(words)
        try:
            while True:
                try:
                    told, complaint = process.communicate(timeout=_POLL_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    show_alive()
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            why = complaint.decode(errors="replace").strip().removeprefix("CommandError: ")
            raise BackupError(f"manage.py {words[0]}: {why}")
        return told.decode(errors="replace")


@contextmanager
def side_database(suffix: str, *, remedy: str) -> Iterator[SideDatabase]:
    """An empty one, named as the product's with a suffix; gone afterwards. Needs the right to make one, else `BackupError` is raised,
    with the remedy.
    """
    name = f"{connection.settings_dict['NAME']}_{suffix}"
    quoted = sql.Identifier(name)
    try:
        with connection.cursor() as cursor:
            _drop_leftover(name)
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted))
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(quoted, sql.Literal(_MARK)))
    except DatabaseError as error:
        raise BackupError(f"試行用のデータベース {name} を作れません（{str(error).strip()}）。{remedy}") from error
    try:
        yield SideDatabase(name)
    finally:
        _drop_leftover(name)


def is_side_database() -> bool:
    """Whether the product's connection leads to one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        )
        return bool(cursor.fetchone()[0] == _MARK)


def _drop_leftover(name: str) -> None:
    """What was made here, and nothing else. Raises `BackupError` where it is somebody's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s AND NOT datistemplate",
            [name],
        )
        found = cursor.fetchone()
        if found is None:
            return
        if found[0] != _MARK:
            raise BackupError(f"データベース {name} がすでにあります。試行が作ったものではないため、そのままにします。")
        cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _url_of(name: str) -> str:
    """Where the other database is, password and all: for the environment, which only we can read."""
    return make_conninfo(**{**server_place(), "dbname": name, "password": connection.settings_dict["PASSWORD"]})
