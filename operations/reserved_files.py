"""Counters of several processes in files that have their room before anything is counted in them.

prometheus_client makes its files with holes and writes into them through memory. On a disk that is full, as the small `tmpfs` may be in which
they belong, the kernel can give no page for a hole, and ends the process (SIGBUS). Here room is asked for first; where there is none,
a process goes on counting in memory of its own, which nobody scrapes.
"""

import mmap
import os
from pathlib import Path
from typing import IO

import structlog
from prometheus_client import mmap_dict, values

logger = structlog.get_logger(__name__)

_FIRST_BYTES: int = mmap_dict._INITIAL_MMAP_SIZE
_LONGEST_KEY_HEAD = 32


class ReservedDict(mmap_dict.MmapedDict):
    """What prometheus_client counts in; one file of one process."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:
        if not read_mode and not _reserve_file(filename):
            filename = _memory_in_place_of(filename)
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        """With room for it, which doubles as in the library."""
        capacity = self._capacity
        while self._used + len(key.encode()) + _LONGEST_KEY_HEAD > capacity:
            capacity *= 2
        if capacity > self._capacity and not _reserve(self._f, capacity):
            self._go_on_in_memory()
        super()._init_value(key)  # type: ignore[no-untyped-call]

    def _go_on_in_memory(self) -> None:
        """What was counted so far stays in the file as it is; from now on nothing of this process is scraped from it."""
        file = Path(_memory_in_place_of(self._fname)).open("a+b")  # noqa: SIM115 kept as long as the process
        file.write(self._m[: self._capacity])
        file.flush()
        self._m.close()
        self._f.close()
        self._f, self._m = file, mmap.mmap(file.fileno(), self._capacity)


def _reserve_file(filename: str) -> bool:
    try:
        with Path(filename).open("a+b") as file:
            return _reserve(file, max(_FIRST_BYTES, os.fstat(file.fileno()).st_size))
    except OSError:
        return False


def _reserve(file: IO[bytes], size: int) -> bool:
    if not hasattr(os, "posix_fallocate"):  # macOS
        return True
    try:
        os.posix_fallocate(file.fileno(), 0, size)
    except OSError:
        return False
    return True


def _memory_in_place_of(filename: str) -> str:
    logger.error("metrics_disk_full", file=Path(filename).name)
    return f"/proc/self/fd/{os.memfd_create('counters')}"


def reserve_room_for_counters() -> None:
    """Have the library count in such files; to be called before anything is counted."""
    values.MmapedDict = ReservedDict  # type: ignore[attr-defined] # looked up there when a counter is made
