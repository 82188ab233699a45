"""The answers sent last, kept in the process beside Redis, so that their bodies need not travel again.

Redis alone says which answer is the right one: an answer is held under the name of its entry, which has the generation
in it, and is sent only when Redis names that very entry.
"""

import threading
from collections import OrderedDict
from typing import NamedTuple

from api.front.answer_store import StoredAnswer

_MAX_BYTES = 16 * 1024 * 1024
# One answer may not drive out all others.
_MAX_SHARE = 8


class HeldAnswer(NamedTuple):
    """An answer and the entry it is of."""

    entry: str
    answer: StoredAnswer

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.answer.body) + len(self.answer.gzip)


_lock = threading.Lock()
_held: OrderedDict[str, HeldAnswer] = OrderedDict()
_bytes = 0


def find_held(logical_key: str) -> HeldAnswer | None:
    """What is held under that key, of whatever generation."""
    return _held.get(logical_key)


def hold(logical_key: str, entry: str, answer: StoredAnswer) -> None:
    """Hold an answer; those held longest go when there are too many bytes."""
    global _bytes  # noqa: PLW0603 one store for all threads
    held = HeldAnswer(entry, answer)
    if held.size > _MAX_BYTES // _MAX_SHARE:
        return
    with _lock:
        old = _held.pop(logical_key, None)
        _bytes += held.size - (old.size if old else 0)
        _held[logical_key] = held
        while _bytes > _MAX_BYTES:
            _, dropped = _held.popitem(last=False)
            _bytes -= dropped.size
