"""The companies as they are now, answered from memory: list, one of them, and search. Django's views answer by way of
this, and so does what stands ahead of them: most of what Django does for a request is not needed here.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import DatabaseError
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from api.endpoints.filters import StrictFilterSet
from api.front.cached_routes import Built, read_query
from companies.api.filters import AsOfFilterSet, CompanyListFilterSet, SearchFilterSet
from companies.api.knowledge import asked_revision, choose_held_universe, choose_universe
from companies.api.pages import page_end
from companies.api.past_universes import MastersChanged
from companies.api.quotes import join_with_quotes
from companies.api.universe import Universe, companies_of, held_companies
from companies.errors import RevisionNotFound, SnapshotNotFound

#: Parameters whose answers are made elsewhere.
_OF_DJANGO = {"include", "state", "updated_since"}
_Pairs = Sequence[tuple[str, str]]


class _Question(NamedTuple):
    """As the layer ahead of Django has it (`api.front.cached_routes.FromMemory`)."""

    match: re.Match[str]
    query: str
    generation: str
    at_hand: bool


class _Asked(NamedTuple):
    """What is asked of an endpoint; `is_pinned`: of one revision."""

    values: dict[str, Any]
    match: re.Match[str]
    pairs: _Pairs
    is_pinned: bool


_Build = Callable[[Universe, _Asked], Built | None]


def list_page(
    universe: Universe, values: dict[str, Any], path: str, query: Iterable[tuple[str, str]], *, is_pinned: bool,
    **beside: Any,
) -> Built:  # fmt: skip
    """A page of the list, what else is told `beside` it, and where the other pages are."""
    selection = universe.select(values)
    page = selection[values["offset"] : values["offset"] + values["limit"]]
    fields = values.get("fields")
    if "include" in values:
        companies = join_with_quotes(universe, page, timezone.now(), fields)
    else:
        companies = universe.join(page, fields)
    end, link = page_end(
        path, query, values, state=universe.state, revision=universe.revision, is_pinned=is_pinned, total=len(selection)
    )
    body = b'{"companies":[%b],%b' % (companies, json.dumps({**end, **beside}, separators=(",", ":"))[1:].encode())
    return Built(body, universe.state, link, str(universe.revision))


def search_answer(universe: Universe, values: dict[str, Any]) -> Built:
    """The best matches."""
    found = universe.search(values["q"], active_only=values["active_only"])
    query = json.dumps(values["q"], ensure_ascii=False).encode()
    companies = universe.join(found[: values["limit"]], values.get("fields"))
    body = b'{"companies":[%b],"total":%d,"query":%b}' % (companies, len(found), query)
    return Built(body, universe.state, revision=str(universe.revision))


def list_from_memory(match: re.Match[str], query: str, generation: str, *, at_hand: bool = False) -> Built | None:
    """A page of the list."""
    return _from_memory(_Question(match, query, generation, at_hand), CompanyListFilterSet, _page_of)


def company_from_memory(match: re.Match[str], query: str, generation: str, *, at_hand: bool = False) -> Built | None:
    """One company."""
    return _from_memory(_Question(match, query, generation, at_hand), AsOfFilterSet, _company_of)


def search_from_memory(match: re.Match[str], query: str, generation: str, *, at_hand: bool = False) -> Built | None:
    """Search."""
    return _from_memory(_Question(match, query, generation, at_hand), SearchFilterSet, _matches_of)


def _from_memory(question: _Question, filterset: type[StrictFilterSet], build: _Build) -> Built | None:
    """`None` where Django has to answer: with quotes or changes, as known at a moment, for a `state` in another spelling, or with
    an error.
    """
    try:
        pairs = read_query(question.query)
        values = filterset.read_pairs(pairs)
        if not values.keys().isdisjoint(_OF_DJANGO):
            return None
        asked = asked_revision(values)
        if isinstance(asked, datetime):
            return None
        universe = _universe_of(question, values.pop("as_of", None), asked)
        return None if universe is None else build(universe, _Asked(values, question.match, pairs, asked is not None))
    except (ValidationError, ValueError, DatabaseError, RevisionNotFound, SnapshotNotFound, MastersChanged):
        return None


def _universe_of(question: _Question, as_of: date | None, revision: int | None) -> Universe | None:
    if not question.at_hand:
        return choose_universe(companies_of(question.generation), as_of, revision)
    now = held_companies(question.generation)
    return None if now is None else choose_held_universe(now, as_of, revision)


def _page_of(universe: Universe, asked: _Asked) -> Built:
    return list_page(universe, asked.values, asked.match.string, side_by_side(asked.pairs), is_pinned=asked.is_pinned)


def _company_of(universe: Universe, asked: _Asked) -> Built | None:
    company = universe.find(asked.match["code"], asked.values.get("fields"))
    return None if company is None else Built(company, universe.state, revision=str(universe.revision))


def _matches_of(universe: Universe, asked: _Asked) -> Built:
    return search_answer(universe, asked.values)


def side_by_side(pairs: _Pairs) -> Iterator[tuple[str, str]]:
    """Repeated names together, as Django has them."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return ((name, value) for name, given in values.items() for value in given)
