"""Addresses of the list of events, narrowed further than that of a page."""

from collections.abc import Collection, Sequence
from typing import ClassVar

from django.http import HttpRequest

from companies.admin.event_filters import CHANGED_FIELDS, SIDES, UNTOLD, names_of
from companies.events.summary import Move
from companies.fields import FIELD_BY_NAME


class EventLinks:
    """Of the conditions of a request; what they leave, narrowed, never wider."""

    NONE: ClassVar[str] = UNTOLD
    #: Kinds of event that go from a value of a closed list to another.
    kinds_of_values: ClassVar[Collection[str]] = frozenset(
        field.event for field in FIELD_BY_NAME.values() if not field.is_name
    )

    def __init__(self, request: HttpRequest) -> None:
        self._base = request.GET.copy()
        for name in ("p", "o"):
            self._base.pop(name, None)
        self._fields = {
            field.event: (field.short_name, {code for code, _name in names_of(request, field)}) for field in CHANGED_FIELDS
        }  # fmt: skip
        market = FIELD_BY_NAME["market_code"]
        self._markets = {code for code, _name in names_of(request, market)} | {UNTOLD}

    def to(self, kind: str, move: Move | None = None, sectors: Sequence[str] = ()) -> str:
        """The query of the events of a kind, of a move and of companies of these sectors; empty where there is no filter for it."""
        query = self._base.copy()
        query["type"] = kind
        if sectors:
            asked = [sector for sector in query.getlist("sector33") if sector]
            query.setlist("sector33", [sector for sector in sectors if not asked or sector in asked])
        if move is None:
            return query.urlencode()
        if kind not in self.kinds_of_values:
            market = move.before or move.after or UNTOLD
            query["market"] = market
            return query.urlencode() if market in self._markets else ""
        name, known = self._fields.get(kind, ("", set()))
        for side, value in zip(SIDES, (move.before, move.after), strict=True):
            if value not in known:
                return ""
            query[f"{name}_{side}"] = value
        return query.urlencode()
