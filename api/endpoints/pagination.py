"""Pages of a list, and where the others are: the `Link` header (RFC 8288)."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.fields import sort_asked
from api.endpoints.filters import Parameter, StrictFilterSet
from api.endpoints.parameters import WholeNumber

MAX_LIMIT = 1000
#: Parameters that links say in their own way.
_OF_THE_PAGE = ("state", "known_at", "revision", "limit", "offset", "after")
# PostgreSQL counts rows in bigint; far fewer exist.
_MAX_OFFSET = 10_000_000


def page_links(
    path: str, query: Iterable[tuple[str, str]], *, pin: tuple[str, str] | None, limit: int, offset: int, total: int
) -> str:
    """`first`, `prev`, `next` and `last` as far as they exist, relative to the server; empty where one page is all.

    They ask for the same state or revision (`pin`: the parameter and its value), where there is one, so that who follows them gets the
    whole list or is told that it changed.
    """
    last = max(total - 1, 0) // limit * limit
    offsets = {"first": 0, "prev": max(offset - limit, 0), "next": offset + limit, "last": last}
    if offset <= 0:
        del offsets["prev"]
    if offset + limit >= total:
        del offsets["next"]
    if len(offsets) == 2 and last == 0:
        return ""
    start = f"{quote(path)}?{urlencode([*other_parameters(query), *([pin] if pin else []), ('limit', limit)])}&offset="
    return ", ".join(f'<{start}{position}>; rel="{relation}"' for relation, position in offsets.items())


def other_parameters(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """What is asked for, whichever the page and the state."""
    return sort_asked((name, value) for name, value in query if name not in _OF_THE_PAGE)


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """The query's names and values as they came, repeated ones too."""
    return [(name, str(value)) for name, values in request.query_params.lists() for value in values]


class PageFilterSet(StrictFilterSet):
    """Where a page begins and how much it holds."""

    limit = Parameter(WholeNumber(min_value=1, max_value=MAX_LIMIT, default=100, help_text="1 ページの件数"))
    offset = Parameter(WholeNumber(min_value=0, max_value=_MAX_OFFSET, default=0, help_text="読み飛ばす件数"))


class LinkedPagination(LimitOffsetPagination):
    """Pages by the `limit` and `offset` that the view's filter set has read; their rows have a name of their own."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> Any:
        """The rows of the page; a queryset's are read when they are looked at."""
        self.place(request, view, count=self.get_count(queryset))
        begin = view.values["offset"]
        return queryset[begin : begin + view.values["limit"]]

    def place(self, request: Request, view: Any, *, count: int) -> None:
        """Where the page lies, for rows that were found in another way."""
        limit, offset = view.values["limit"], view.values["offset"]
        pin = ("state", view.state) if hasattr(view, "state") else None
        self._link = page_links(request.path, query_pairs(request), pin=pin, limit=limit, offset=offset, total=count)
        self._place = {"total": count, "limit": limit, "offset": offset}

    def get_paginated_response(self, data: Mapping[str, Any]) -> Response:
        """The rows by their name, and what else is told of them, with the total of all and the links."""
        return Response({**data, **self._place}, headers={"Link": self._link} if self._link else {})
