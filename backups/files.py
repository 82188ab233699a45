"""A backup as a file that appears whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from backups.errors import BackupError
from backups.manifest import Manifest
from backups.reading import open_backup
from backups.retention import UNFINISHED


def write_backup(path: Path, take: Callable[[IO[bytes]], Manifest]) -> Manifest:
    """Have `take` write the file. Whoever sees it under its name sees all of it, also after a loss of power.

    Raises `BackupError` where there is one already.
    """
    if path.exists():
        raise BackupError(f"{path} はすでにあります。別の名前を指定してください。")
    unfinished = path.with_name(path.name + UNFINISHED)
    try:
        # The data is everyone's, yet password hashes and keys of second factors are not.
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            manifest = take(file)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


def check_backup(path: Path, report: Callable[[int], object]) -> None:
    """Read every byte of it. Raises `BackupDamaged`."""
    with open_backup(str(path)) as backup:
        for piece in backup.pieces():
            report(len(piece))
