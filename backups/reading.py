"""Opening a backup, of this release or the one before, from a file, a folder of them, or a pipe."""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from backups.archive import Archive
from backups.errors import BackupError
from backups.retention import newest_backup
from backups.zip_archive import SIGNATURE, ZipArchive

Backup = Archive | ZipArchive


@contextmanager
def open_backup(path: str) -> Iterator[Backup]:
    """The backup in a file, the newest of a folder, or what comes in through a pipe (`-`), which is read once and never
    kept. Raises `BackupDamaged`, and `OSError` where there is none.
    """
    if path == "-":
        with _archive_of(sys.stdin.buffer) as backup:
            yield backup
        return
    chosen = newest_backup(Path(path)) if Path(path).is_dir() else Path(path)
    with chosen.open("rb") as file, _archive_of(file) as backup:
        yield backup


@contextmanager
def _archive_of(source: IO[bytes]) -> Iterator[Backup]:
    if not isinstance(source, io.BufferedReader):
        raise TypeError(source)
    if not source.peek(len(SIGNATURE)).startswith(SIGNATURE):
        with Archive(source) as backup:
            yield backup
    elif source.seekable():
        with ZipArchive(source) as old:
            yield old
    else:
        # Its table of contents stands at its end.
        with tempfile.TemporaryFile() as copy:
            try:
                shutil.copyfileobj(source, copy)
            except OSError as error:
                raise BackupError(
                    f"1.0 の形式のバックアップはパイプからでは一時領域に置く必要があり、書き込めませんでした（{error.strerror}）。"
                    "コンテナーにファイルとして見せ（docker compose run --volume）、そのパスを指定してください。"
                ) from error
            with ZipArchive(copy) as old:
                yield old
