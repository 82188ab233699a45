"""Files that are whole or not there at all, whenever the program or the machine ends."""

import contextlib
import os
import tempfile
from pathlib import Path


def write_whole(path: Path, contents: bytes) -> None:
    """Put the file in the place of the old one in one step, readable by its owner only. Raises `OSError`."""
    # 1. beside it, so that it is on the same disk; 2. onto the disk; 3. under its name; 4. the name onto the disk.
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _keep_name(path.parent)


def _keep_name(folder: Path) -> None:
    """Not every system lets a folder be opened (Windows keeps names by itself)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
