"""`fields=`: an answer with a part of its rows' fields, in the order in which the whole has them, however they are asked for.

So that whoever asks for the same fields gets the same bytes: one answer in the cache, one address in its links.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote, unquote_plus

from api.endpoints.filters import ParameterList
from api.endpoints.parameters import Choice

FIELDS = "fields"


class Fields(ParameterList):
    """Names out of `names`; those in `always` are told whether they are asked for or not, those `elsewhere` in another place of the answer."""

    def __init__(
        self, names: Sequence[str], *, always: Sequence[str] = ("code",), elsewhere: Sequence[str] = (), help_text: str
    ) -> None:
        self._names, self._always = tuple(names), frozenset(always)
        super().__init__(Choice((*elsewhere, *names)), help_text=help_text)

    def read(self, texts: Sequence[str]) -> Any:
        """The names in the order of the answer, each once. Raises `ValidationError`."""
        asked = self._always.union(super().read(texts))
        return tuple(name for name in self._names if name in asked)


def sort_asked(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """A query's names and values, with the fields that it asks for in one place and one order."""
    told, asked = [], set()
    for name, value in pairs:
        if name != FIELDS:
            told.append((name, value))
            continue
        asked.update(value.split(","))
    return [*told, (FIELDS, ",".join(sorted(asked)))] if asked else told


def sort_asked_in(pairs: Sequence[str]) -> list[str]:
    """The same for a raw query's `name=value`."""
    told = [pair for pair in pairs if pair.partition("=")[0] != FIELDS]
    asked = {name for pair in pairs if pair not in told for name in unquote_plus(pair.partition("=")[2]).split(",")}
    return [*told, f"{FIELDS}={quote(','.join(sorted(asked)), safe=',')}"] if asked else told
