"""Backups of release 1.0: a zip of `database.sql`, as psql takes it, and `manifest.json`, which stands behind it."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Self

from backups.errors import BackupDamaged
from backups.manifest import manifest_of

SIGNATURE = b"PK\x03\x04"
_FORMAT = 1
_SQL, _MANIFEST = "database.sql", "manifest.json"
_PIECE_BYTES = 1024 * 1024
_UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError)


class ZipArchive:
    """One being read; its source has to be seekable. Raises `BackupDamaged` wherever it is not what was written."""

    is_sql = True

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
            told: dict[str, Any] = json.loads(self._zip.read(_MANIFEST))
            self._sha256 = told.pop("sql_sha256")
            del told["sql_bytes"]
        except _UNREADABLE as error:
            raise BackupDamaged from error
        self.manifest = manifest_of(told)
        if self.manifest.format != _FORMAT:
            raise BackupDamaged

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._zip.close()

    def pieces(self) -> Iterator[bytes]:
        """The SQL. It is whole once the last was given."""
        digest = hashlib.sha256()
        try:
            with self._zip.open(_SQL) as member:
                while piece := member.read(_PIECE_BYTES):
                    digest.update(piece)
                    yield piece
        except _UNREADABLE as error:
            raise BackupDamaged from error
        if digest.hexdigest() != self._sha256:
            raise BackupDamaged
