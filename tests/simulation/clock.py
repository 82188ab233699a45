"""The clock that every process of a simulation reads instead of the machine's (`clock.c`): set once, and only ever moved forward."""

import mmap
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import NoReturn

_FILE, _LIBRARY = "SIMULATED_CLOCK", "LD_PRELOAD"
_SOURCE = Path(__file__).with_name("clock.c")
_SECOND = 1_000_000_000


class NoCompiler(Exception):
    """There is no C compiler, or no Linux to load what it makes."""


def start_again_with_clock(directory: Path, arguments: list[str]) -> NoReturn:
    """Become the same program with the clock; whatever it starts has it too. Raises `NoCompiler`."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        raise NoCompiler
    library, file = directory / "clock.so", directory / "clock"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", str(library), str(_SOURCE)], check=True)
    file.write_bytes(bytes(8))
    # PostgreSQL may run as another user.
    for path, mode in ((directory, 0o711), (library, 0o755), (file, 0o644)):
        path.chmod(mode)
    environment = {**os.environ, _FILE: str(file), _LIBRARY: str(library)}
    os.execve(sys.executable, [sys.executable, "-m", "tests.simulation.play", *arguments], environment)


def directory_of_clock() -> Path:
    """Where the file is, and all else that a simulation writes."""
    return Path(os.environ[_FILE]).parent


class Clock:
    """Its hand."""

    def __init__(self) -> None:
        with Path(os.environ[_FILE]).open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), 8)

    def set(self, moment: datetime) -> None:
        """From now on it is that moment; of two simulations of one process the second may begin before the first ended."""
        self._move(int((moment.timestamp() - time.time()) * _SECOND))

    def move(self, seconds: float) -> None:
        """So much later, at once and for everybody."""
        assert seconds >= 0
        self._move(int(seconds * _SECOND))

    def _move(self, nanoseconds: int) -> None:
        ahead = int.from_bytes(self._shared[:8], sys.byteorder, signed=True) + nanoseconds
        self._shared[:8] = ahead.to_bytes(8, sys.byteorder, signed=True)
