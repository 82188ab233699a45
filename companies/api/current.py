"""The companies as they are now, answered from memory: list and search.

Search is also answered ahead of Django: what people type is rarely in the cache, and must be there at once.
"""

import json
import re
from collections.abc import Iterable
from typing import Any

from django.db import DatabaseError
from django.utils import timezone
from rest_framework.exceptions import ValidationError

from companies.api.parameters import SearchParameters
from companies.api.quotes import join_with_quotes
from companies.api.universe import Universe, companies_of
from config.api.cached_routes import Built, read_query
from config.api.pagination import page_links


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


def search_from_memory(_match: re.Match[str], query_string: str, generation: str) -> Built | None:
    """Search, ahead of Django."""
    try:
        values = SearchParameters.read_pairs(read_query(query_string))
        return search_answer(companies_of(generation), values)
    except (ValidationError, ValueError, DatabaseError):
        return None
