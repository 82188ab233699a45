"""Companies, what differs between two days, listing events, and the lists that all of it follows from.

Keys, rate limits and the cache stand in front of all endpoints in one place: `api.front.application`.
"""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataViewSet, built_answer, of_one_state, streamed_of_one_state
from api.endpoints.filters import StrictFilterSet
from api.endpoints.negotiation import AnyFormat
from api.endpoints.pagination import LinkedPagination, query_pairs
from api.endpoints.schema import answer
from api.endpoints.states import StateFilterSet
from api.front.cached_routes import Built
from companies.api import examples, filters, rows, serializers
from companies.api.converters import COMPANY_CODE
from companies.api.current import list_page, search_answer
from companies.api.errors import company_not_found
from companies.api.event_pages import event_page
from companies.api.exports import export_answer
from companies.api.requests import entry_in_force, universe_of
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot
from companies.universe_difference import list_differences


class CompanyViewSet(DataViewSet):
    """Companies, as they are now from memory, as they were on a past day from the ledger."""

    queryset = Company.objects.order_by("code")
    family = COMPANIES
    filterset_class = filters.CompanyListFilterSet
    pagination_class = LinkedPagination
    lookup_url_kwarg, lookup_value_converter = "code", COMPANY_CODE
    tag = "companies"

    def get_filterset_class(self) -> type[StrictFilterSet]:
        """One company takes no filters."""
        return filters.AsOfFilterSet if self.action == "retrieve" else self.filterset_class

    @extend_schema(
        operation_id="list_companies",
        summary="銘柄一覧",
        description="条件に合う銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す。"
        "include=quote を指定すると、保存されている株価を加える（取得はしない。この応答はキャッシュされない）。",
        responses=answer(serializers.CompanyListAnswer, examples.COMPANIES, 404),
    )
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the list, which may be of a past day."""
        if "as_of" in self.values:
            return self._list_as_of(request)
        universe = universe_of(request, self.wanted_state)
        built = list_page(universe, self.values, request.path, query_pairs(request))
        return built_answer(built, is_kept="include" not in self.values)

    @of_one_state
    def _list_as_of(self, request: Request) -> HttpResponseBase:
        entry = entry_in_force(self.values["as_of"])
        page: Any = self.paginate_queryset(self._versions_as_of())
        return self.get_paginated_response({"companies": list(rows.iterate_companies_as_of(page, entry))})

    def _versions_as_of(self) -> Any:
        versions = rows.versions_as_of(self.values["as_of"]).order_by("company__code")
        return filters.VersionFilterSet(queryset=versions, values=self.values).qs

    @extend_schema(
        operation_id="get_company",
        summary="銘柄 1 件",
        responses=answer(serializers.CompanyAnswer, examples.COMPANY),
    )
    def retrieve(self, request: Request, code: str) -> HttpResponseBase:
        """The company with a code in any notation, which may be of a past day."""
        if "as_of" in self.values:
            return self._retrieve_as_of(request, code=code)
        universe = universe_of(request, self.wanted_state)
        company = universe.find(code)
        if company is None:
            raise company_not_found(code)
        return built_answer(Built(company, universe.state))

    @of_one_state
    def _retrieve_as_of(self, request: Request, code: str) -> HttpResponseBase:
        entry = entry_in_force(self.values["as_of"])
        versions = rows.versions_as_of(self.values["as_of"]).filter(company__code=find_code(code))
        found = list(rows.iterate_companies_as_of(versions, entry))
        if not found:
            raise company_not_found(code)
        return Response(found[0])

    @extend_schema(
        operation_id="search_companies",
        summary="銘柄検索",
        description="コードの完全一致、コードの前方一致、名称の前方一致、部分一致、類似の順。上場廃止の銘柄も探す。",
        responses=answer(serializers.SearchAnswer, examples.SEARCH),
    )
    @action(detail=False, filterset_class=filters.SearchFilterSet)
    def search(self, request: Request) -> HttpResponseBase:
        """The best matches."""
        return built_answer(search_answer(universe_of(request, self.wanted_state), self.values))

    @extend_schema(
        operation_id="export_companies",
        summary="銘柄一覧のファイル出力",
        description="銘柄一覧と同じ条件に合う全銘柄。CSV は BOM 付き UTF-8 で、表計算ソフトで開いても数式として実行されない。",
        responses=answer(serializers.EXPORT_ANSWER, None, 404),
    )
    @action(detail=False, filterset_class=filters.ExportFilterSet, content_negotiation_class=AnyFormat)
    @streamed_of_one_state
    def export(self, request: Request) -> HttpResponseBase:
        """All companies that match, streamed."""
        day = self.values.get("as_of")
        if day is None:
            found = rows.iterate_companies(self.filter_queryset(self.get_queryset()))
        else:
            entry = entry_in_force(day)
            found = rows.iterate_companies_as_of(self._versions_as_of(), entry)
        return export_answer(request, found, self.values["format"], of=day or timezone.localdate())

    @extend_schema(
        operation_id="get_company_history",
        summary="銘柄の履歴",
        tags=["history"],
        responses=answer(serializers.HistoryAnswer, examples.HISTORY),
    )
    @action(detail=True, filterset_class=StateFilterSet)
    @of_one_state
    def history(self, request: Request, code: str) -> HttpResponseBase:
        """Versions and events, oldest first."""
        company = Company.objects.filter(code=find_code(code)).first()
        if company is None:
            raise company_not_found(code)
        versions = CompanyVersion.objects.filter(company=company).oldest_first()
        events = ListingEvent.objects.filter(company=company).order_by("event_date", "event_type")
        told = {"versions": rows.versions(versions), "events": rows.events(events)}
        return Response({"code": company.code, "company_name": company.company_name, **told})


class ChangeViewSet(DataViewSet):
    """What differs between the universes of two days."""

    family = COMPANIES
    filterset_class = filters.ChangesFilterSet
    pagination_class = LinkedPagination
    tag = "history"

    @extend_schema(
        operation_id="list_changes",
        summary="2 時点の差分",
        description="from と to の時点の銘柄の違い。片方の一覧に情報がない項目は、違いとして数えない。",
        responses=answer(serializers.ChangesAnswer, examples.CHANGES, 404),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the differences, by code."""
        first, second = entry_in_force(self.values["from"]), entry_in_force(self.values["to"])
        page = self.paginate_queryset(list_differences(first.date_in_force, second.date_in_force))
        days: dict[str, Any] = {"from": first.date_in_force, "to": second.date_in_force}
        return self.get_paginated_response({**days, "changes": page})


class ListingEventViewSet(DataViewSet):
    """Listing events."""

    queryset = ListingEvent.objects.all()
    family = COMPANIES
    filterset_class = filters.EventFilterSet
    pagination_class = LinkedPagination
    tag = "history"

    @extend_schema(
        operation_id="list_events",
        summary="上場イベント",
        description="新規上場・上場廃止・再上場・名称や区分の変更。新しい順。変化は observed_after より後、date までのどこかで起きた。"
        "from と to は date で絞る。期間の境をまたぐものは uncertain と uncertain_after に数える。最初の一覧より前のことは分からない。",
        responses=answer(serializers.EventListAnswer, examples.EVENTS),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of events."""
        page = event_page(self.filter_queryset(self.get_queryset()), self.values, self.state)
        paginator: Any = self.paginator
        paginator.place(request, self, count=page.total)
        uncertain = {"uncertain": page.uncertain, "uncertain_after": page.uncertain_after}
        return self.get_paginated_response({"events": page.rows, **uncertain})


class SnapshotViewSet(DataViewSet):
    """The entries of the ledger: which lists there are."""

    queryset = ListingSnapshot.objects.defer("rows").select_related("withdrawal").order_by("-date_in_force", "-pk")
    family = COMPANIES
    filterset_class = filters.SnapshotFilterSet
    pagination_class = LinkedPagination
    tag = "history"

    @extend_schema(
        operation_id="list_snapshots",
        summary="取り込んだ一覧",
        description="どの日の一覧が、どこから取り込まれているか。基準日の新しい順。status=holding が、履歴の元になっている一覧。"
        "一覧のない日の変化は、その前後の一覧の間としか分からない。",
        responses=answer(serializers.SnapshotListAnswer, examples.SNAPSHOTS),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the entries, each with the one that holds for its day."""
        holding = ListingSnapshot.objects.holding().filter(date_in_force=OuterRef("date_in_force"))
        entries = self.filter_queryset(self.get_queryset()).annotate(holder=Subquery(holding.values("pk")))
        page = self.paginate_queryset(entries.between(self.values.get("from"), self.values.get("to")))
        return self.get_paginated_response({"snapshots": serializers.SnapshotAnswer(page, many=True).data})
