"""The file: a tar that is written and read in one go, so that neither way needs room for a copy.

Its members, in this order: `manifest.json`, what must be in the database; `dump.00000` and so on, the pieces of what
pg_dump writes in its custom format; `end.json`, how many there are. Each name carries the SHA-256 of its content, so
that a damaged piece is known before PostgreSQL sees it. Without the product it can still be read:
`tar -xOf FILE --wildcards 'dump.*' | pg_restore …`.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterator
from typing import IO, Any, Self

from backups.errors import BackupDamaged
from backups.manifest import Manifest, manifest_of

FORMAT = 2
PIECE_BYTES = 4 * 1024 * 1024
_UNREADABLE = (tarfile.TarError, EOFError, KeyError, ValueError, TypeError)


class ArchiveWriter:
    """Takes the manifest, then the dump, then the end; `target` need not be seekable."""

    def __init__(self, target: IO[bytes]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 closed by `finish`
        self._pieces = 0
        self.dump_bytes = 0

    def add_manifest(self, manifest: Manifest) -> None:
        """First: who restores has to know it before anything else."""
        self._add("manifest.json", manifest.to_json())

    def add_piece(self, content: bytes) -> None:
        """The next piece of the dump."""
        self._add(f"dump.{self._pieces:05}", content)
        self._pieces += 1
        self.dump_bytes += len(content)

    def finish(self) -> None:
        """Last: it is what makes the file whole."""
        self._add("end.json", json.dumps({"pieces": self._pieces, "bytes": self.dump_bytes}).encode())
        self._tar.close()

    def _add(self, name: str, content: bytes) -> None:
        member = tarfile.TarInfo(f"{name}.{hashlib.sha256(content).hexdigest()}")
        member.size, member.mode = len(content), 0o600
        self._tar.addfile(member, io.BytesIO(content))


class Archive:
    """A backup being read, from front to end and once. Raises `BackupDamaged` wherever it is not what was written."""

    is_sql = False

    def __init__(self, source: IO[bytes]) -> None:
        try:
            self._tar = tarfile.open(fileobj=source, mode="r|")  # noqa: SIM115 closed by `__exit__`
        except _UNREADABLE as error:
            raise BackupDamaged from error
        name, content = self._next()
        self.manifest = manifest_of(_object(content))
        if name != "manifest.json" or self.manifest.format != FORMAT:
            raise BackupDamaged

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_details: object) -> None:
        self._tar.close()

    def pieces(self) -> Iterator[bytes]:
        """The dump. It is whole once the last was given."""
        count = size = 0
        name, content = self._next()
        while name == f"dump.{count:05}":
            yield content
            count, size = count + 1, size + len(content)
            name, content = self._next()
        if name != "end.json" or _object(content) != {"pieces": count, "bytes": size}:
            raise BackupDamaged

    def _next(self) -> tuple[str, bytes]:
        """Name and content of the next member, which are known to belong together."""
        try:
            member = self._tar.next()
            # A damaged length must not fill the memory.
            if member is None or member.size > PIECE_BYTES:
                raise BackupDamaged
            file = self._tar.extractfile(member)
            content = file.read() if file is not None else b""
        except _UNREADABLE as error:
            raise BackupDamaged from error
        name, _, digest = member.name.rpartition(".")
        if hashlib.sha256(content).hexdigest() != digest:
            raise BackupDamaged
        return name, content


def _object(content: bytes) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError as error:
        raise BackupDamaged from error
    if not isinstance(told, dict):
        raise BackupDamaged
    return told
