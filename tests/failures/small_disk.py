"""A real disk that is small, and full when a test says so: a tmpfs of its own, and the whole test database moved onto it.

Mounting takes root, or a sudo that asks nothing (as on CI's machines); elsewhere such tests are skipped, and say why.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from tests.server import database_url

_AS_ROOT = [] if os.geteuid() == 0 else ["sudo", "-n"]
_BLOCK = 1024 * 1024


@dataclass(frozen=True)
class SmallDisk:
    """`directory` is where it is mounted."""

    directory: Path

    @property
    def _filler(self) -> Path:
        return self.directory / "filler"

    def fill(self) -> None:
        """To the last byte."""
        subprocess.run(
            [*_AS_ROOT, "dd", "if=/dev/zero", f"of={self._filler}", "bs=4k", "oflag=append", "conv=notrunc"],
            check=False, capture_output=True,
        )  # fmt: skip
        assert os.statvfs(self.directory).f_bavail == 0

    def make_room(self) -> None:
        subprocess.run([*_AS_ROOT, "rm", "-f", str(self._filler)], check=True)


@contextmanager
def mounted(directory: Path, *, megabytes: float, uid: int | None = None) -> Iterator[SmallDisk]:
    """A disk of that size at the directory, for the block; it belongs to the user."""
    directory.mkdir(parents=True, exist_ok=True)
    size = f"size={int(megabytes * _BLOCK)},mode=0700,uid={os.geteuid() if uid is None else uid}"
    done = subprocess.run(
        [*_AS_ROOT, "mount", "-t", "tmpfs", "-o", size, "meigara-test", str(directory)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.skip(f"a small disk cannot be mounted here: {done.stderr.strip()}")
    try:
        yield SmallDisk(directory)
    finally:
        subprocess.run([*_AS_ROOT, "umount", "--lazy", str(directory)], check=True)


def _operator() -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(database_url().replace(f"/{connection.settings_dict['NAME']}", "/postgres"), autocommit=True)


def _move(tablespace: str) -> None:
    """The whole database, which nobody may use meanwhile."""
    name = connection.settings_dict["NAME"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's backend
    with _operator() as operator:
        operator.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        operator.execute(f'ALTER DATABASE "{name}" SET TABLESPACE {tablespace}')


@contextmanager
def database_on_a_small_disk(*, spare_megabytes: int) -> Iterator[SmallDisk]:
    """The test database lies there for the block, catalogues, tables and temporary files; so much is free beside it. The log of
    transactions and the other databases of the server stay where they are: without room for its log a server stops.
    """
    with _operator() as operator:
        (data, size) = operator.execute(
            "SELECT current_setting('data_directory'), pg_database_size(%s)", [connection.settings_dict["NAME"]]
        ).fetchone() or ("", 0)
    directory = Path(f"/var/tmp/meigara-small-{os.getpid()}")
    uid = Path(str(data)).stat().st_uid
    with mounted(directory, megabytes=int(str(size)) / _BLOCK + spare_megabytes, uid=uid) as disk:
        with _operator() as operator:
            operator.execute("DROP TABLESPACE IF EXISTS small")
            operator.execute(f"CREATE TABLESPACE small LOCATION '{directory}'")
        try:
            _move("small")
            yield disk
        finally:
            disk.make_room()
            _move("pg_default")
            with _operator() as operator:
                operator.execute("DROP TABLESPACE small")
    directory.rmdir()
