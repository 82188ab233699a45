"""The requests that are measured, and what the design asks of each."""

import itertools
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import quote

_BASE = "/api/v1/companies"
LIST, LIST_1000, NOT_MODIFIED = "一覧 100 件", "一覧 1000 件", "304"
LIST_UNCACHED, SEARCH_UNCACHED = "一覧 100 件（キャッシュなし、任意の位置）", "検索（キャッシュなし）"
EVENTS_UNCACHED = "イベント 100 件（キャッシュなし）"


@dataclass(frozen=True, slots=True)
class Case:
    """One kind of request. The bare view answers with the bytes of `example`; `paths` gives them afresh for each server.

    of_bare, of_peer: the least share of their requests a second; `None`: the design asks for none.
    """

    what: str
    example: str
    paths: Callable[[], Iterator[str]]
    of_bare: float | None = None
    of_peer: float | None = None
    #: Whether the peer has such an answer, and whether it has the very same.
    has_peer: bool = True
    is_same_of_peer: bool = True
    #: Whether it takes so long that it is asked over the fewest connections only.
    is_slow_of_peer: bool = False
    #: Asked with the entity tag of the example.
    not_modified: bool = False


def make_cases(companies: list[tuple[str, str]]) -> list[Case]:
    """Of the companies with these codes and names."""
    codes = [code for code, _ in companies]
    first, thousand = f"{_BASE}?limit=100", f"{_BASE}?limit=1000"
    filtered = f"{_BASE}?limit=100&market_code=0111&sector17_code=6"
    search = f"{_BASE}/search?q={quote(companies[len(companies) // 2][1][:2])}"
    texts = sorted(set(_texts(companies)))
    return [
        cached(LIST, first, of_bare=1.2),
        Case(NOT_MODIFIED, first, lambda: itertools.repeat(first), has_peer=False, not_modified=True),
        cached(LIST_1000, thousand, of_peer=6),
        cached("絞り込んだ一覧", filtered, of_bare=1.2),
        replace(
            cached("1 件", f"{_BASE}/{codes[0]}", of_bare=1.2),
            paths=lambda: (f"{_BASE}/{code}" for code in itertools.cycle(codes[:50])),
        ),
        replace(cached("検索", search, of_bare=1.2), is_same_of_peer=False),
        Case(LIST_UNCACHED, first, lambda: each_once(_BASE, _around(100), range(len(codes) - 110)), of_bare=0.45),
        Case(
            SEARCH_UNCACHED,
            search,
            lambda: each_once(f"{_BASE}/search", _around(50), texts, name="q"),
            of_bare=0.4,
            is_same_of_peer=False,
        ),
        replace(events_case(EVENTS_UNCACHED, range(80)), has_peer=True, is_slow_of_peer=True),
    ]


def cached(what: str, path: str, *, of_bare: float | None = None, of_peer: float | None = None) -> Case:
    return Case(what, path, lambda: itertools.repeat(path), of_bare=of_bare, of_peer=of_peer)


def events_case(what: str, offsets: range) -> Case:
    """Against the bare view alone: of a long history the peer gives a page in seconds."""
    example = f"{_BASE}/events?limit=100"
    paths = f"{_BASE}/events"

    def ask() -> Iterator[str]:
        # A last day after all lists leaves the answer as it is, and makes an address that nobody asked for before.
        for later in range(1, 1000):
            for path in each_once(paths, _around(100), offsets):
                yield f"{path}&to={date(2026, 12, 31) + timedelta(days=later)}"

    return Case(what, example, ask, of_bare=0.15, has_peer=False)


def cases_as_run(companies: list[tuple[str, str]]) -> list[Case]:
    """What is asked of the product as `make run` starts it."""
    return [
        replace(case, of_bare=0.9, of_peer=None, has_peer=False)
        for case in make_cases(companies)
        if case.of_bare == 1.2
    ]


def each_once(base: str, limits: range, others: range | list[str], name: str = "offset") -> Iterator[str]:
    """Every pair of a limit and another value, in no order and the same in every run; none twice, so that none is in the cache."""
    count = len(limits) * len(others)
    # Steps of about the golden section of a circle visit all of it evenly.
    step = next(step for step in itertools.count(int(count * 0.618) + 1) if math.gcd(step, count) == 1)
    place = random.Random(count).randrange(count)  # noqa: S311 repeatable, nothing secret
    for _ in range(count):
        other, limit = divmod(place, len(limits))
        yield f"{base}?limit={limits[limit]}&{name}={quote(str(others[other]))}"
        place = (place + step) % count


def _around(limit: int) -> range:
    return range(limit - 10, limit + 11)


def _texts(companies: list[tuple[str, str]]) -> Iterator[str]:
    """What people type: a code, its start, the start of a name, something within it."""
    for code, name in companies:
        yield from (code, code[:3], name[:2], name[:3], name[3:6], name)
