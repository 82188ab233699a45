"""The companies as they are now, answered from memory: list, one of them, and search. Django's views answer by way of
this, and so does what stands ahead of them: most of what Django does for a request is not needed here.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from api.endpoints.pagination import page_links
from api.endpoints.parameters import Parameters
from api.front.cached_routes import Built, read_query
from companies.api.parameters import AsOfParameters, CompanyListParameters, SearchParameters
from companies.api.quotes import join_with_quotes
from companies.api.universe import Universe, companies_of

#: Parameters whose answers are made elsewhere.
_OF_DJANGO = {"as_of", "include", "state"}
_Pairs = Sequence[tuple[str, str]]
_Build = Callable[[Universe, dict[str, Any], re.Match[str], _Pairs], Built | None]


def list_page(universe: Universe, values: dict[str, Any], path: str, query: Iterable[tuple[str, str]]) -> Built:
    """A page of the list, and where the other pages are."""
    limit, offset = values["limit"], values["offset"]
    selection = universe.select(values)
    total = len(selection)
    page = selection[offset : offset + limit]
    companies = join_with_quotes(universe, page, timezone.now()) if "include" in values else universe.join(page)
    body = b'{"companies":[%b],"total":%d,"limit":%d,"offset":%d}' % (companies, total, limit, offset)
    link = page_links(path, query, state=universe.state, limit=limit, offset=offset, total=total)
    return Built(body, universe.state, link)


def search_answer(universe: Universe, values: dict[str, Any]) -> Built:
    """The best matches."""
    found = universe.search(values["q"], active_only=values["active_only"])
    query = json.dumps(values["q"], ensure_ascii=False).encode()
    body = b'{"companies":[%b],"total":%d,"query":%b}' % (universe.join(found[: values["limit"]]), len(found), query)
    return Built(body, universe.state)


def list_from_memory(match: re.Match[str], query_string: str, generation: str) -> Built | None:
    """A page of the list."""
    return _from_memory(match, query_string, generation, CompanyListParameters, _page_of)


def company_from_memory(match: re.Match[str], query_string: str, generation: str) -> Built | None:
    """One company."""
    return _from_memory(match, query_string, generation, AsOfParameters, _company_of)


def search_from_memory(match: re.Match[str], query_string: str, generation: str) -> Built | None:
    """Search."""
    return _from_memory(match, query_string, generation, SearchParameters, _matches_of)


def _from_memory(
    match: re.Match[str], query_string: str, generation: str, parameters: type[Parameters], build: _Build
) -> Built | None:
    """`None` where Django has to answer: of a past day, with quotes, for a `state` in another spelling, or with an error."""
    try:
        pairs = read_query(query_string)
        values = parameters.read_pairs(pairs)
        if not values.keys().isdisjoint(_OF_DJANGO):
            return None
        return build(companies_of(generation), values, match, pairs)
    except (ValidationError, ValueError, DatabaseError):
        return None


def _page_of(universe: Universe, values: dict[str, Any], match: re.Match[str], pairs: _Pairs) -> Built:
    return list_page(universe, values, match.string, _side_by_side(pairs))


def _company_of(universe: Universe, _values: dict[str, Any], match: re.Match[str], _pairs: _Pairs) -> Built | None:
    company = universe.find(match["code"])
    return None if company is None else Built(company, universe.state)


def _matches_of(universe: Universe, values: dict[str, Any], _match: re.Match[str], _pairs: _Pairs) -> Built:
    return search_answer(universe, values)


def _side_by_side(pairs: _Pairs) -> Iterator[tuple[str, str]]:
    """Repeated names together, as Django has them."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        values.setdefault(name, []).append(value)
    return ((name, value) for name, given in values.items() for value in given)
