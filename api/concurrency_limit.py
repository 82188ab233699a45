"""How many costly answers are made at once: for one caller, and in all processes of a machine together.

A place is a locked file. The kernel takes the lock back when its process ends, however that ends, so a place can never
be lost; and neither Redis nor the database is needed to keep one caller's exports from everybody's threads.
"""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings

#: Exports that are being written, of one caller (an API key or a user) and of all.
EXPORTS_OF_ONE, EXPORTS_IN_ALL = 2, 4
#: When it is worth asking again.
RETRY_SECONDS = 5


class TooManyAtOnce(Exception):
    """All places are taken. `limit` is how many there are, `is_own` whether the caller has them all."""

    def __init__(self, limit: int, *, is_own: bool) -> None:
        super().__init__(f"{limit} at once")
        self.limit, self.is_own = limit, is_own


class Place:
    """A place taken, until it is left."""

    def __init__(self, descriptors: list[int]) -> None:
        self._descriptors = descriptors

    def leave(self) -> None:
        """Let the next one have it; a second time nothing happens."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def __del__(self) -> None:
        self.leave()


class HeldWhileSent:
    """The pieces of an answer that holds a place until the last of them was taken, or nobody wants them any more."""

    def __init__(self, place: Place, pieces: Iterable[bytes]) -> None:
        self._place, self._pieces = place, iter(pieces)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._pieces)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Called by whoever sends the answer, at its end."""
        if close := getattr(self._pieces, "close", None):
            close()
        self._place.leave()


def take_place(caller: str) -> Place:
    """A place for an export of `caller`. Raises `TooManyAtOnce`."""
    directory = _directory()
    # Names of files are made of no caller's own text.
    own = f"export-of-{hashlib.blake2b(caller.encode(), digest_size=8).hexdigest()}"
    taken = _lock_one(directory, own, EXPORTS_OF_ONE)
    if taken is None:
        raise TooManyAtOnce(EXPORTS_OF_ONE, is_own=True)
    shared = _lock_one(directory, "export", EXPORTS_IN_ALL)
    if shared is None:
        os.close(taken)
        raise TooManyAtOnce(EXPORTS_IN_ALL, is_own=False)
    return Place([taken, shared])


def _directory() -> Path:
    """Where the processes of this machine meet; without one of theirs, a directory of this user's."""
    directory = settings.RUNTIME_DIRECTORY or Path(tempfile.gettempdir()) / f"meigara-{os.getuid()}"
    places = Path(directory, "places")
    places.mkdir(mode=0o700, parents=True, exist_ok=True)
    return places


def _lock_one(directory: Path, name: str, count: int) -> int | None:
    for number in range(count):
        descriptor = os.open(directory / f"{name}-{number}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
        else:
            return descriptor
    return None
