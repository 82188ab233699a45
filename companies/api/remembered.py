"""What was made for the filters asked for last, so that going through their pages costs no more than the pages."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Any

_SIZE = 128
# Of a key of a hundred characters, its place, and two objects.
_BESIDE_BYTES = 400
_OF_THE_PAGE = ("limit", "offset", "after", "include", "fields")


class Remembered:
    """The latest of one kind."""

    def __init__(self) -> None:
        self._made: OrderedDict[str, Any] = OrderedDict()

    def get(self, values: Mapping[str, Any], make: Callable[[], Any], *, of: str = "") -> Any:
        """What `make` gives for these values, whatever the page; made once while it is among the latest.

        `of` says of which state, where that can change.
        """
        key = f"{of} {sorted((name, value) for name, value in values.items() if name not in _OF_THE_PAGE)!r}"
        made = self._made.pop(key, None)
        if made is None:
            made = make()
        self._made[key] = made
        while len(self._made) > _SIZE:
            self._made.popitem(last=False)
        return made


class BoundedMemory:
    """What was asked for last, up to so many bytes of it. `size_of` says how many a thing has; what there is beside each, its key
    included, is reckoned with a lump.
    """

    def __init__(self, max_bytes: int, size_of: Callable[[Any], int]) -> None:
        self._max_bytes, self._size_of = max_bytes, size_of
        self._lock = threading.Lock()
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self.bytes_held = 0

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives for a short key; made once while it is among the latest. Two who ask at the same time may both make it."""
        with self._lock:
            if (made := self._made.get(key)) is not None:
                self._made.move_to_end(key)
                return made
        made = make()
        with self._lock:
            if key in self._made:
                return made
            self._made[key] = made
            self.bytes_held += _BESIDE_BYTES + self._size_of(made)
            while self.bytes_held > self._max_bytes:
                _, dropped = self._made.popitem(last=False)
                self.bytes_held -= _BESIDE_BYTES + self._size_of(dropped)
        return made
