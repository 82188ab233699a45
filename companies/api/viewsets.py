"""Companies, what differs between two days, listing events, and the lists that all of it follows from.

Keys, rate limits and the cache stand in front of all endpoints in one place: `api.front.application`.
"""

from contextlib import suppress
from typing import Any

from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import built_answer
from api.endpoints.filters import StrictFilterSet
from api.endpoints.pagination import query_pairs
from api.endpoints.schema import answer
from api.front.cached_routes import Built
from companies.api import examples, filters, rows, serializers
from companies.api.converters import COMPANY_CODE
from companies.api.current import list_page, search_answer
from companies.api.errors import company_not_found
from companies.api.event_blocks import StateMoved
from companies.api.event_index import events_of
from companies.api.event_pages import EventPage, event_answer, page_from_database, page_of_index
from companies.api.field_filters import HistoryFilterSet
from companies.api.held_state import StillLoading
from companies.api.knowledge import LedgerViewSet, of_one_revision
from companies.api.pages import RevisionPagination
from companies.api.requests import day_in_force, find_coming_day, held_now, universe_of
from companies.api.since import removed_since, wait_for_changes
from companies.api.universe import Universe
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.known.reading import newest_revision
from companies.models import Company, ListingEvent
from companies.universe_difference import list_differences


class CompanyViewSet(LedgerViewSet):
    """Companies, as they are, as they were on a past day, and as they were known: from memory."""

    queryset = Company.objects.shown().order_by("code")
    family = COMPANIES
    filterset_class = filters.CompanyListFilterSet
    pagination_class = RevisionPagination
    lookup_url_kwarg, lookup_value_converter = "code", COMPANY_CODE
    tag = "companies"

    def get_filterset_class(self) -> type[StrictFilterSet]:
        """One company takes no filters."""
        return filters.AsOfFilterSet if self.action == "retrieve" else self.filterset_class

    def _universe(self, request: Request) -> Universe:
        as_of = self.values.pop("as_of", None)
        return universe_of(request, self.wanted_state, as_of=as_of, revision=self.asked)

    @extend_schema(
        operation_id="list_companies",
        summary="銘柄一覧",
        description="条件に合う銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す。"
        "include=quote を指定すると、保存されている株価を加える（取得はしない。この応答はキャッシュされない）。",
        responses=answer(serializers.CompanyListAnswer, examples.COMPANIES, 404),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the list."""
        beside: dict[str, Any] = {}
        if "updated_since" in self.values:
            wait_for_changes()
            universe = universe_of(None, self.wanted_state, revision=self.asked)
            beside["removed"] = removed_since(self.values["updated_since"], universe)
        else:
            universe = self._universe(request)
        is_kept = self.values.keys().isdisjoint(("include", "updated_since"))
        is_pinned = self.asked is not None
        built = list_page(universe, self.values, request.path, query_pairs(request), is_pinned=is_pinned, **beside)
        return built_answer(built, is_kept=is_kept)

    @extend_schema(
        operation_id="get_company",
        summary="銘柄 1 件",
        responses=answer(serializers.CompanyAnswer, examples.COMPANY),
    )
    def retrieve(self, request: Request, code: str) -> HttpResponseBase:
        """The company with a code in any notation."""
        is_of_now = self.asked is None and "as_of" not in self.values
        universe = self._universe(request)
        company = universe.find(code, self.values.get("fields"))
        if company is None:
            raise company_not_found(code, coming_on=find_coming_day(code) if is_of_now else None)
        return built_answer(Built(company, universe.state, revision=str(universe.revision)))

    @extend_schema(
        operation_id="search_companies",
        summary="銘柄検索",
        description="コードの完全一致、コードの前方一致、名称の前方一致、部分一致、類似の順。上場廃止の銘柄も探す。",
        responses=answer(serializers.SearchAnswer, examples.SEARCH, 404),
    )
    @action(detail=False, filterset_class=filters.SearchFilterSet)
    def search(self, request: Request) -> HttpResponseBase:
        """The best matches."""
        return built_answer(search_answer(self._universe(request), self.values))

    @extend_schema(
        operation_id="get_company_history",
        summary="銘柄の履歴",
        tags=["history"],
        responses=answer(serializers.HistoryAnswer, examples.HISTORY),
    )
    @action(detail=True, filterset_class=HistoryFilterSet)
    @of_one_revision
    def history(self, request: Request, code: str) -> HttpResponseBase:
        """Versions and events, oldest first."""
        found = find_code(code) or ""
        versions = rows.versions(self.reading.versions_of(found).oldest_first())
        if not versions:
            raise company_not_found(code)
        name = rows.name_shown(versions, self.revision)
        if "fields" in self.values:
            versions = [{name: version[name] for name in self.values["fields"]} for version in versions]
        events = rows.events(self.reading.events_of(found).order_by("event_date", "event_type"), self.revision)
        told = {"company_name": name, "versions": versions, "events": events}
        return Response({"code": found, **told})


class ChangeViewSet(LedgerViewSet):
    """What differs between the universes of two days."""

    family = COMPANIES
    filterset_class = filters.ChangesFilterSet
    pagination_class = RevisionPagination
    tag = "history"

    @extend_schema(
        operation_id="list_changes",
        summary="2 時点の差分",
        description="from と to の時点の銘柄の違い。片方の一覧に情報がない項目は、違いとして数えない。",
        responses=answer(serializers.ChangesAnswer, examples.CHANGES, 404),
    )
    @of_one_revision
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the differences, by code."""
        first, second = (day_in_force(self.reading, self.values[name]) for name in ("from", "to"))
        page = self.paginate_queryset(list_differences(first, second, self.reading))
        days: dict[str, Any] = {"from": first, "to": second}
        return self.get_paginated_response({**days, "changes": page})


class ListingEventViewSet(LedgerViewSet):
    """Listing events."""

    queryset = ListingEvent.objects.all()
    family = COMPANIES
    filterset_class = filters.EventFilterSet
    pagination_class = RevisionPagination
    tag = "history"

    @extend_schema(
        operation_id="list_events",
        summary="上場イベント",
        description="新規上場・上場廃止・再上場・名称や区分の変更。新しい順。変化は observed_after より後、date までのどこかで起きた。"
        "from と to は date で絞る。期間の境をまたぐものは uncertain と uncertain_after に数える。最初の一覧より前のことは分からない。",
        responses=answer(serializers.EventListAnswer, examples.EVENTS, 404),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """A page of events: of now from memory."""
        # Of the past nothing is held. Where the data moves on meanwhile, what the database says is of one state, whichever that is.
        if self.asked is None or self.asked == newest_revision():
            with suppress(StateMoved, StillLoading):
                index = held_now(events_of, request, self.wanted_state, self.asked)
                page = page_of_index(index, self.values)
                if self.asked in (None, index.revision):
                    return self._answer(request, page, state=index.state, revision=index.revision)
        return self._from_database(request)

    @of_one_revision
    def _from_database(self, request: Request) -> HttpResponseBase:
        events = self.filter_queryset(self.reading.events)
        page = page_from_database(events, self.values, self.state, self.reading, self.revision)
        return self._answer(request, page, state=self.state, revision=self.revision)

    def _answer(self, request: Request, page: EventPage, *, state: str, revision: int) -> HttpResponseBase:
        is_pinned = self.asked is not None
        query = query_pairs(request)
        return built_answer(
            event_answer(page, self.values, request.path, query, state=state, revision=revision, is_pinned=is_pinned)
        )
