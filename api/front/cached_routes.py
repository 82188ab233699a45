"""Which endpoints are answered from the cache, declared by the apps that have them (`API_CACHED_ROUTES`)."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple, Protocol
from urllib.parse import parse_qsl, unquote_plus

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from api.endpoints.fields import FIELDS, sort_asked_in
from api.endpoints.states import PATTERN


def read_query(query: str) -> list[tuple[str, str]]:
    """The parameters of a raw query string, as Django reads those of a request (WSGI gives bytes as Latin-1).

    Raises `ValueError` for more of them than any endpoint has.
    """
    text = query.encode("latin-1").decode("utf-8", "replace")
    return parse_qsl(text, keep_blank_values=True, max_num_fields=_MAX_PARAMETERS)


def split_state(query: str) -> tuple[str, str]:
    """A raw query without its `state`, and that; answers are kept once for all who ask for the same of any state.

    A `state` that is written in another way, or twice, stays in the query, for its endpoint to judge.
    """
    if "state" not in query and "%" not in query:
        return query, ""
    pairs = query.split("&")
    given = [pair for pair in pairs if _name(pair) == "state"]
    found = _STATE.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        return query, ""
    return "&".join(pair for pair in pairs if pair != given[0]), found[1]


def _name(pair: str) -> str:
    name = pair.partition("=")[0]
    return unquote_plus(name) if "%" in name or "+" in name else name


class Built(NamedTuple):
    """The JSON of an answer, the state and the revision that it was made of, where it has one, and its `Link` header."""

    body: bytes
    state: str
    link: str = ""
    revision: str = ""


class FromMemory(Protocol):
    """From the path's match, the raw query string and a published generation to the answer; `None` where Django has to make it,
    from the database or because there is an error to tell. `at_hand`: of what this process holds, without loading a generation or a past first; a page
    may still have to read what it tells.
    """

    def __call__(self, match: re.Match[str], query: str, generation: str, *, at_hand: bool = False) -> Built | None:
        """Make it."""


_MAX_PARAMETERS = 100
_STATE = re.compile(f"state=({PATTERN})")


@dataclass(frozen=True)
class CachedRoute:
    """One endpoint.

    `family` says whose generation its answers are of (`api.generations`). The logical key is `key`, with the
    path's groups and `{today}` (in Japan) filled in, and a hash of the query; queries in `plain_queries` have a key
    without a hash. Queries with `live_parameter` are about what changes within a generation and pass the cache by.
    """

    endpoint: str
    pattern: str
    family: str
    cache_type: str
    key: str
    ttl_seconds: int
    plain_queries: Mapping[str, str] = field(default_factory=dict)
    from_memory: FromMemory | None = None
    live_parameter: str = ""

    def is_live(self, query: str) -> bool:
        """Whether a query must not be answered from the cache. One that is spelt in another way is not kept either: its
        view says so; it only waits in vain for others of its kind.
        """
        return bool(self.live_parameter) and self.live_parameter in query

    def logical_key(self, match: re.Match[str], query: str) -> str:
        """The logical key of a request; the order of parameters makes no difference, that of one's values does, but for `fields`."""
        canonical, digest = _digest(query)
        template = self.plain_queries.get(canonical) or f"{self.key}:{digest}"
        return template.format(today=timezone.localdate(), **match.groupdict()) if "{" in template else template


def canonical_query(query: str) -> str:
    """A raw query in one order of parameters."""
    pairs = query.split("&")
    return "&".join(sorted(sort_asked_in(pairs) if FIELDS in query else pairs, key=_name))


def parameter_names(query: str) -> frozenset[str]:
    """The names in a raw query."""
    return frozenset(_name(pair) for pair in query.split("&"))


@lru_cache(maxsize=1024)
def _digest(query: str) -> tuple[str, str]:
    """The query in one order of parameters, and its hash. Most queries are asked again and again."""
    canonical = canonical_query(query)
    return canonical, hashlib.blake2b(canonical.encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


@cache
def cached_routes() -> Sequence[tuple[re.Pattern[str], CachedRoute]]:
    """All of them, with their patterns of whole paths."""
    routes: list[CachedRoute] = [route for name in settings.API_CACHED_ROUTES for route in import_string(name)]
    return [(re.compile(route.pattern), route) for route in routes]


def find_route(path: str) -> tuple[re.Match[str], CachedRoute] | None:
    """The route of a path and what its pattern found in it."""
    for pattern, route in cached_routes():
        if match := pattern.fullmatch(path):
            return match, route
    return None
