"""Pages of what is derived from the ledger: by offset, or one after the other by a cursor that holds on to the revision."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.filters import Parameter
from api.endpoints.pagination import LinkedPagination, PageFilterSet, other_parameters, page_links, query_pairs
from companies.api.knowledge import KnowledgeFilterSet

_FIRST = "0"
NOT_A_PLACE = _("前の応答の next の値か、最初を表す 0 を指定してください。")


class PageOfRevisionFilterSet(KnowledgeFilterSet, PageFilterSet):
    """Where a page begins and how much it holds, of which knowledge."""

    after = Parameter(
        serializers.RegexField(
            r"^(?:0|[0-9]{1,15}\.[0-9]{1,8})$",
            required=False,
            error_messages={"invalid": NOT_A_PLACE},
            help_text="前の応答の next（最初は 0）。途中でデータが変わっても、最初のページと同じ改訂のまま最後まで読める",
        )
    )

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """A cursor says the page and the revision."""
        values = super().check(values)
        if "after" not in values:
            return values
        contrary = ["offset"] if values["offset"] else []
        if values["after"] != _FIRST:
            contrary += [name for name in ("known_at", "revision") if name in values]
            revision, _dot, offset = values["after"].partition(".")
            values |= {"revision": int(revision), "offset": int(offset)}
        if contrary:
            message = gettext("after とは同時に指定できません。")
            raise serializers.ValidationError({name: [message] for name in contrary})
        return values


def page_end(
    path: str, query: Iterable[tuple[str, str]], values: Mapping[str, Any], *, state: str, revision: int,
    is_pinned: bool, total: int,
) -> tuple[dict[str, Any], str]:  # fmt: skip
    """What stands in an answer after its rows, and its `Link` header (empty where one page is all).

    Links hold on to the revision where one was asked for, else to the state of all data.
    """
    limit, offset = values["limit"], values["offset"]
    end: dict[str, Any] = {"total": total, "limit": limit, "offset": offset}
    if "after" not in values:
        pin = ("revision", str(revision)) if is_pinned else ("state", state)
        return end, page_links(path, query, pin=pin, limit=limit, offset=offset, total=total)
    end["next"] = f"{revision}.{offset + limit}" if offset + limit < total else None
    if end["next"] is None:
        return end, ""
    following = urlencode([*other_parameters(query), ("limit", limit), ("after", end["next"])])
    return end, f'<{quote(path)}?{following}>; rel="next"'


class RevisionPagination(LinkedPagination):
    """Pages by what the view's `PageOfRevisionFilterSet` has read."""

    def place(self, request: Request, view: Any, *, count: int) -> None:
        """Where the page lies, for rows that were found in another way."""
        self._place, self._link = page_end(
            request.path, query_pairs(request), view.values, state=view.state, revision=view.revision,
            is_pinned=view.asked is not None, total=count,
        )  # fmt: skip

    def get_paginated_response(self, data: Mapping[str, Any]) -> Response:
        """The rows by their name, and what else is told of them, then the end."""
        return Response({**data, **self._place}, headers={"Link": self._link} if self._link else {})
