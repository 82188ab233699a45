"""What was made for the filters asked for last, so that going through their pages costs no more than the pages."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

_SIZE = 128
_OF_THE_PAGE = ("limit", "offset", "after", "include")


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
