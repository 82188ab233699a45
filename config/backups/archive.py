"""The file: a zip of `database.sql`, as pg_dump writes it, and `manifest.json`, which says what must be in it.

Without the product it can still be read: `unzip -p FILE database.sql | psql`.
"""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import IO, Any

from config.backups.errors import BackupDamaged

_FORMAT = 1
_SQL, _MANIFEST = "database.sql", "manifest.json"
_CHUNK = 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the database was when the backup was taken: all of one moment."""

    created_at: str
    postgresql_major: int
    migrations: list[str]
    rows_by_table: dict[str, int]
    sql_bytes: int
    sql_sha256: str
    format: int = _FORMAT


class SqlWriter:
    """Takes the SQL in pieces, and counts and digests on the way."""

    def __init__(self, member: IO[bytes]) -> None:
        self._member = member
        self._digest = hashlib.sha256()
        self.size = 0

    def write(self, piece: bytes) -> None:
        """Append."""
        self._member.write(piece)
        self._digest.update(piece)
        self.size += len(piece)

    @property
    def sha256(self) -> str:
        """Of everything so far."""
        return self._digest.hexdigest()


def create_archive(target: IO[bytes]) -> zipfile.ZipFile:
    """An empty archive; `target` need not be seekable."""
    return zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)


def open_sql(archive: zipfile.ZipFile) -> IO[bytes]:
    """The place of the SQL, whose length is not known beforehand."""
    return archive.open(_SQL, "w", force_zip64=True)


def write_manifest(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Last: it is what makes the file whole."""
    archive.writestr(_MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=2))


def read_manifest(archive: zipfile.ZipFile) -> Manifest:
    """What must be in it. Raises `BackupDamaged`."""
    try:
        told: dict[str, Any] = json.loads(archive.read(_MANIFEST))
        manifest = Manifest(**told)
    except _UNREADABLE as error:
        raise BackupDamaged from error
    if manifest.format != _FORMAT:
        raise BackupDamaged
    return manifest


def open_archive(source: IO[bytes]) -> zipfile.ZipFile:
    """For reading. Raises `BackupDamaged`."""
    try:
        return zipfile.ZipFile(source)
    except _UNREADABLE as error:
        raise BackupDamaged from error


def iterate_sql(archive: zipfile.ZipFile) -> Iterator[bytes]:
    """The SQL in pieces. Raises `BackupDamaged`."""
    try:
        with archive.open(_SQL) as member:
            while piece := member.read(_CHUNK):
                yield piece
    except _UNREADABLE as error:
        raise BackupDamaged from error


def verify_sql(archive: zipfile.ZipFile, manifest: Manifest) -> None:
    """Whether every byte is as it was written. Raises `BackupDamaged`."""
    digest = hashlib.sha256()
    for piece in iterate_sql(archive):
        digest.update(piece)
    if digest.hexdigest() != manifest.sql_sha256:
        raise BackupDamaged
