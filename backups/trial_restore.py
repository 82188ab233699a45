"""Restoring a backup on trial: into a database of its own beside the product's, as an operator would, and proving it there."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from psycopg import sql
from psycopg.conninfo import make_conninfo

from backups.errors import BackupError
from backups.programs import server_place

# What tells a database that a trial left behind from one of the same name that is somebody's.
_MARK = "made by a restore on trial; may be dropped"
_POLL_SECONDS = 5
#: What is done with the database, each in a process of its own, as the documentation has it done.
_STEPS = (("restore", "--trial"), ("migrate", "--noinput"), ("verify_history", "--from-beginning"))


def restore_on_trial(path: Path, *, show_alive: Callable[[], object]) -> None:
    """Restore the backup, bring it to this release, prove its history. Raises `BackupError` with what went wrong.

    Needs the right to make a database, and room for a second one. What was made is gone afterwards.
    """
    with _trial_database() as name:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "DATABASE_URL_FILE"},
            "DATABASE_URL": _url_of(name),
            "LOG_LEVEL": "ERROR",
        }
        for command, *options in _STEPS:
            words = [command, str(path), *options] if command == "restore" else [command, *options]
            _run(words, environment, show_alive)


def _run(words: list[str], environment: dict[str, str], show_alive: Callable[[], object]) -> None:
    process = subprocess.Popen(  # noqa: S603 ours
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *words],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        while True:
            try:
                _, told = process.communicate(timeout=_POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                show_alive()
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        raise BackupError(f"manage.py {words[0]}: {told.decode(errors='replace').strip()}")


@contextmanager
def _trial_database() -> Iterator[str]:
    name = f"{connection.settings_dict['NAME']}_trial"
    quoted = sql.Identifier(name)
    try:
        with connection.cursor() as cursor:
            _drop_leftover(name)
            cursor.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(quoted))
            cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(quoted, sql.Literal(_MARK)))
    except DatabaseError as error:
        raise BackupError(
            f"試行用のデータベース {name} を作れません（{str(error).strip()}）。"
            "ALTER ROLE … CREATEDB でデータベースを作る権限を与えるか、BACKUP_REHEARSE_EVERY_DAYS=0 で試行をやめてください。"
        ) from error
    try:
        yield name
    finally:
        _drop_leftover(name)


def _drop_leftover(name: str) -> None:
    """What a trial made, and nothing else. Raises `BackupError` where it is somebody's."""
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
