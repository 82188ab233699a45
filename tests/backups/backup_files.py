"""What tests of backups share: whole databases as text, other databases, and files that are not as they were written."""

import hashlib
import io
import json
import os
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection
from psycopg import sql

from backups.programs import connection_string, find_program
from tests.forking import start_program
from tests.server import database_url

Members = dict[str, bytes]


def take(path: Path) -> Path:
    call_command("backup", str(path), stdout=io.StringIO())
    return path


def every_row() -> dict[str, list[str]]:
    """Each table as the text of its rows, and where each sequence stands."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t ORDER BY 1')
            rows[table] = [row for (row,) in cursor.fetchall()]
        cursor.execute("SELECT format('%s %s', sequencename, last_value) FROM pg_sequences ORDER BY 1")
        rows["sequences"] = [row for (row,) in cursor.fetchall()]
    return rows


def members_of(path: Path) -> Members:
    """The members of a backup by their names without the digest."""
    with tarfile.open(path) as archive:
        return {
            member.name.rpartition(".")[0]: content.read()
            for member in archive
            if (content := archive.extractfile(member))
        }


def manifest_of(path: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads(members_of(path)["manifest.json"])
    return manifest


def write_members(target: Path, members: Members) -> Path:
    """A backup of these members, with their digests."""
    with tarfile.open(target, "w") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(f"{name}.{hashlib.sha256(content).hexdigest()}")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def rewrite(path: Path, target: Path, **changed: Any) -> Path:
    """The backup with another manifest."""
    members = members_of(path)
    return write_members(
        target, {**members, "manifest.json": json.dumps({**json.loads(members["manifest.json"]), **changed}).encode()}
    )


def take_as_release_1_0(path: Path, like: Path) -> Path:
    """The file that release 1.0 would have written of the database, of which `like` is a backup of today's kind."""
    dumped = subprocess.run(
        [find_program("pg_dump"), "--format=plain", "--no-owner", "--no-privileges", "--no-comments",
         "--encoding=UTF8", f"--dbname={connection_string()}"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    more = {"format": 1, "sql_bytes": len(dumped), "sql_sha256": hashlib.sha256(dumped).hexdigest()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("database.sql", dumped)
        archive.writestr("manifest.json", json.dumps({**manifest_of(like), **more}))
    return path


@contextmanager
def working_on(database: str) -> Iterator[None]:
    """Put this process on another database of the same server."""
    usual = connection.settings_dict["NAME"]
    _turn_to(database)
    try:
        yield
    finally:
        _turn_to(usual)


def _turn_to(database: str) -> None:
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict["NAME"] = database


@contextmanager
def empty_database(name: str | None = None, *, template: str = "template1", is_kept: bool = False) -> Iterator[str]:
    """The name of one that is gone afterwards, unless it `is_kept`; empty but for what is in its `template`."""
    name = name or f"restored_{os.getpid()}"
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
    yield name
    if is_kept:
        return
    # The server may have been killed in between.
    with psycopg.connect(database_url(), autocommit=True) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def environment_on(database: str) -> dict[str, str]:
    """Of a program that works on another database of the same server."""
    url = database_url().replace(f"/{connection.settings_dict['NAME']}", f"/{database}")
    return {**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "ERROR"}


def start_manage(*words: str, database: str, **more: Any) -> "subprocess.Popen[bytes]":
    """What is in capitals is told by the environment. It can write no file that is larger than `largest_file`, in bytes."""
    told = {name: more.pop(name) for name in list(more) if name.isupper()}
    environment = {**environment_on(database), **told}
    largest_file = more.pop("largest_file", None)
    streams = {name: stream if isinstance(stream, int) else stream.fileno() for name, stream in more.items()}
    return start_program(
        ["manage.py", *words],
        environment,
        is_leader=False,
        largest_file=largest_file,
        stderr=subprocess.PIPE,
        **streams,
    )


def manage(*words: str, database: str, **more: Any) -> str:
    """What it told; a failed assertion where it failed."""
    process = start_manage(*words, database=database, **more)
    told: str = process.communicate()[1].decode()
    assert process.returncode == 0, told
    return told
