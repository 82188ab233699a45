"""Companies and masters. Parse, ask, answer.

Keys, rate limits and the cache stand in front of all endpoints in one place: `api.front.application`.
"""

from typing import Any

from django.db.models import F
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.concurrency_limit import HeldWhileSent
from api.endpoints.data_views import (
    DataView,
    StreamedDataView,
    begun,
    built_answer,
    describe_data,
    page_answer,
    query_pairs,
)
from api.endpoints.negotiation import AnyFormat
from api.front.cached_routes import Built
from companies.api import answers, examples, parameters, rows
from companies.api.current import list_page, search_answer
from companies.api.errors import company_not_found
from companies.api.filters import filter_and_order
from companies.api.requests import entry_in_force, place_for_export, universe_of
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.export import CONTENT_TYPES, write_rows
from companies.models import Company
from masters.apps import MASTERS
from masters.models import Market, Sector17, Sector33


@describe_data(
    operation_id="list_companies",
    example=examples.COMPANIES,
    summary="銘柄一覧",
    description="条件に合う銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す。"
    "include=quote を指定すると、保存されている株価を加える（取得はしない。この応答はキャッシュされない）。",
    answer=answers.CompanyListAnswer,
    may_miss=True,
)
class CompanyListView(DataView):
    """The list."""

    family = COMPANIES
    parameters = parameters.CompanyListParameters

    def answer_held(self, request: Request, values: dict[str, Any], wanted: str | None) -> HttpResponse | None:
        """A page of the list as it is now."""
        if "as_of" in values:
            return None
        built = list_page(universe_of(request, wanted), values, request.path, query_pairs(request))
        return built_answer(built, is_kept="include" not in values)

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """A page of the list of a past day."""
        entry = entry_in_force(values["as_of"])
        versions = filter_and_order(rows.versions_as_of(values["as_of"]), values, rows.VERSION_PATHS)
        page = versions[values["offset"] : values["offset"] + values["limit"]]
        found = list(rows.iterate_companies_as_of(page, entry))
        return page_answer(request, values, state, companies=found, total=versions.count())


@describe_data(
    operation_id="get_company",
    example=examples.COMPANY,
    summary="銘柄 1 件",
    answer=answers.CompanyAnswer,
    may_miss=True,
)
class CompanyDetailView(DataView):
    """The company with a code in any notation."""

    family = COMPANIES
    parameters = parameters.AsOfParameters

    def answer_held(
        self, request: Request, values: dict[str, Any], wanted: str | None, code: str
    ) -> HttpResponse | None:
        """As it is now."""
        if "as_of" in values:
            return None
        universe = universe_of(request, wanted)
        company = universe.find(code)
        if company is None:
            raise company_not_found(code)
        return built_answer(Built(company, universe.state))

    def answer(self, request: Request, values: dict[str, Any], state: str, code: str) -> Response:
        """As it was on a past day."""
        entry = entry_in_force(values["as_of"])
        versions = rows.versions_as_of(values["as_of"]).filter(company__code=find_code(code))
        found = list(rows.iterate_companies_as_of(versions, entry))
        if not found:
            raise company_not_found(code)
        return Response(found[0])


@describe_data(
    operation_id="search_companies",
    example=examples.SEARCH,
    summary="銘柄検索",
    description="コードの完全一致、コードの前方一致、名称の前方一致、部分一致、類似の順。上場廃止の銘柄も探す。",
    answer=answers.SearchAnswer,
)
class CompanySearchView(DataView):
    """Search."""

    family = COMPANIES
    parameters = parameters.SearchParameters

    def answer_held(self, request: Request, values: dict[str, Any], wanted: str | None) -> HttpResponse:
        """The best matches."""
        return built_answer(search_answer(universe_of(request, wanted), values))


@describe_data(
    operation_id="export_companies",
    summary="銘柄一覧のファイル出力",
    description="銘柄一覧と同じ条件に合う全銘柄。CSV は BOM 付き UTF-8 で、表計算ソフトで開いても数式として実行されない。",
    answer=answers.EXPORT_ANSWER,
    may_miss=True,
)
class CompanyExportView(StreamedDataView):
    """The list as a file."""

    family = COMPANIES
    parameters = parameters.ExportParameters
    content_negotiation_class = AnyFormat

    def answer(self, request: Request, values: dict[str, Any], state: str) -> StreamingHttpResponse:
        """All companies that match, streamed."""
        if "as_of" in values:
            entry = entry_in_force(values["as_of"])
            versions = filter_and_order(rows.versions_as_of(values["as_of"]), values, rows.VERSION_PATHS)
            found, day = rows.iterate_companies_as_of(versions, entry), values["as_of"]
        else:
            listed = Company.objects.active() if values["active_only"] else Company.objects.all()
            companies = filter_and_order(listed, values, rows.COMPANY_PATHS)
            found, day = rows.iterate_companies(companies), timezone.localdate()
        file_format = values["format"]
        place = place_for_export(request)
        return StreamingHttpResponse(
            HeldWhileSent(place, write_rows(file_format, begun(found), rows.COMPANY_FIELDS)),
            content_type=CONTENT_TYPES[file_format],
            headers={
                "Content-Disposition": f'attachment; filename="companies_{day:%Y%m%d}.{file_format}"',
                "Cache-Control": "no-store",
            },
        )


@describe_data(
    operation_id="list_markets",
    example=examples.MARKETS,
    summary="市場区分",
    answer=answers.MarketsAnswer,
    tag="masters",
)
class MarketListView(DataView):
    """Market segments."""

    family = MASTERS

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """All that are in use, in their order."""
        markets = Market.objects.filter(is_active=True).values("code", "name", "name_english")
        return Response({"markets": list(markets)})


@describe_data(
    operation_id="list_sectors",
    example=examples.SECTORS,
    summary="業種",
    answer=answers.SectorsAnswer,
    tag="masters",
)
class SectorListView(DataView):
    """Sectors."""

    family = MASTERS
    parameters = parameters.SectorParameters

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """All sectors of a classification, in their order."""
        fields = ("code", "name", "name_english")
        sectors: list[Any] = (
            list(Sector17.objects.filter(is_active=True).values(*fields))
            if values["type"] == "17"
            else list(Sector33.objects.filter(is_active=True).values(*fields, sector17_code=F("sector17_id")))
        )
        return Response({"sectors": sectors})
