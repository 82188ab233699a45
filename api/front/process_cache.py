"""The answers sent last, kept in the process beside Redis, so that their bodies need not travel again.

An answer is held with the name of its entry, which has the generation in it, and is sent only to whom that generation is told.
"""

import threading
from collections import OrderedDict
from typing import NamedTuple

from api.front.answer_store import StoredAnswer

_MAX_BYTES = 16 * 1024 * 1024
# One answer may not drive out all others.
_MAX_SHARE = 8


class HeldAnswer(NamedTuple):
    """An answer and the entry it is of; whether Redis has it, too."""

    entry: str
    answer: StoredAnswer
    is_stored: bool

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.answer.body) + len(self.answer.gzip)


class ProcessCache:
    """The answers that a process holds, by their logical keys; for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: OrderedDict[str, HeldAnswer] = OrderedDict()
        self._bytes = 0

    def find(self, logical_key: str) -> HeldAnswer | None:
        """What is held under that key, of whatever generation."""
        return self._held.get(logical_key)

    def hold(self, logical_key: str, entry: str, answer: StoredAnswer, *, is_stored: bool = True) -> None:
        """Hold an answer; those held longest go when there are too many bytes."""
        held = HeldAnswer(entry, answer, is_stored)
        if held.size > _MAX_BYTES // _MAX_SHARE:
            return
        with self._lock:
            old = self._held.pop(logical_key, None)
            self._bytes += held.size - (old.size if old else 0)
            self._held[logical_key] = held
            while self._bytes > _MAX_BYTES:
                _, dropped = self._held.popitem(last=False)
                self._bytes -= dropped.size

    def clear(self) -> None:
        """Hold nothing any more."""
        with self._lock:
            self._held.clear()
            self._bytes = 0


process_cache = ProcessCache()
