"""Companies and masters. Parse, ask, answer.

Keys, rate limits and the cache stand in front of all endpoints in one place: `config.api.front`.
"""

from typing import Any

from django.db.models import F
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.api import answers, examples, parameters, rows
from companies.api.current import list_page, search_answer
from companies.api.errors import company_not_found
from companies.api.filters import filter_and_order
from companies.api.requests import built_answer, entry_in_force, page_answer, place_for_export, query_pairs, universe_of
from companies.codes import securities_code
from companies.export import CONTENT_TYPES, write_rows
from companies.models import Company, CompanyVersion
from config.api.cached_routes import Built
from config.api.negotiation import AnyFormat
from config.api.parameters import Parameters
from config.api.schema import describe
from config.at_once import HeldWhileSent
from masters.models import Market, Sector17, Sector33


class CompanyListView(APIView):
    """The list."""

    @describe(
        operation_id="list_companies",
        example=examples.COMPANIES,
        summary="銘柄一覧",
        description="条件に合う銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す。"
        "include=quote を指定すると、保存されている株価を加える（取得はしない。この応答はキャッシュされない）。",
        parameters=[parameters.CompanyListParameters],
        answer=answers.CompanyListAnswer,
        may_miss=True,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """A page of the list."""
        values = parameters.CompanyListParameters.read(request.query_params)
        if "as_of" not in values:
            built = list_page(universe_of(request), values, request.path, query_pairs(request))
            return built_answer(built, is_kept="include" not in values)
        entry = entry_in_force(values["as_of"])
        versions = filter_and_order(CompanyVersion.objects.as_of(values["as_of"]), values, rows.VERSION_PATHS)
        page = versions[values["offset"] : values["offset"] + values["limit"]]
        return page_answer(
            request, values, "companies", list(rows.iterate_companies_as_of(page, entry)), versions.count()
        )


class CompanyDetailView(APIView):
    """One company."""

    @describe(
        operation_id="get_company",
        example=examples.COMPANY,
        summary="銘柄 1 件",
        parameters=[parameters.AsOfParameters],
        answer=answers.CompanyAnswer,
        may_miss=True,
    )
    def get(self, request: Request, code: str) -> HttpResponseBase:
        """The company with a 4- or 5-character code."""
        values = parameters.AsOfParameters.read(request.query_params)
        if "as_of" not in values:
            company = universe_of(request).find(code)
            if company is None:
                raise company_not_found(code)
            return built_answer(Built(company))
        entry = entry_in_force(values["as_of"])
        versions = CompanyVersion.objects.as_of(values["as_of"]).filter(company__code=securities_code(code.upper()))
        found = list(rows.iterate_companies_as_of(versions, entry))
        if not found:
            raise company_not_found(code)
        return Response(found[0])


class CompanySearchView(APIView):
    """Search."""

    @describe(
        operation_id="search_companies",
        example=examples.SEARCH,
        summary="銘柄検索",
        description="コードの完全一致、コードの前方一致、名称の前方一致、部分一致、類似の順。上場廃止の銘柄も探す。",
        parameters=[parameters.SearchParameters],
        answer=answers.SearchAnswer,
    )
    def get(self, request: Request) -> HttpResponseBase:
        """The best matches."""
        values = parameters.SearchParameters.read(request.query_params)
        return built_answer(search_answer(universe_of(request), values))


class CompanyExportView(APIView):
    """The list as a file."""

    content_negotiation_class = AnyFormat

    @describe(
        operation_id="export_companies",
        summary="銘柄一覧のファイル出力",
        description="銘柄一覧と同じ条件に合う全銘柄。CSV は BOM 付き UTF-8 で、表計算ソフトで開いても数式として実行されない。",
        parameters=[parameters.ExportParameters],
        answer=answers.EXPORT_ANSWER,
        may_miss=True,
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All companies that match, streamed."""
        values = parameters.ExportParameters.read(request.query_params)
        if "as_of" in values:
            entry = entry_in_force(values["as_of"])
            versions = filter_and_order(CompanyVersion.objects.as_of(values["as_of"]), values, rows.VERSION_PATHS)
            found, day = rows.iterate_companies_as_of(versions, entry), values["as_of"]
        else:
            listed = Company.objects.active() if values["active_only"] else Company.objects.all()
            companies = filter_and_order(listed, values, rows.COMPANY_PATHS)
            found, day = rows.iterate_companies(companies), timezone.localdate()
        file_format = values["format"]
        place = place_for_export(request)
        return StreamingHttpResponse(
            HeldWhileSent(place, write_rows(file_format, found, rows.COMPANY_FIELDS)),
            content_type=CONTENT_TYPES[file_format],
            headers={
                "Content-Disposition": f'attachment; filename="companies_{day:%Y%m%d}.{file_format}"',
                "Cache-Control": "no-store",
            },
        )


class MarketListView(APIView):
    """Market segments."""

    @describe(
        operation_id="list_markets",
        example=examples.MARKETS,
        summary="市場区分",
        answer=answers.MarketsAnswer,
        tag="マスター",
    )
    def get(self, request: Request) -> Response:
        """All that are in use, in their order."""
        Parameters.read(request.query_params)
        markets = Market.objects.filter(is_active=True).values("code", "name", "name_english")
        return Response({"markets": list(markets)})


class SectorListView(APIView):
    """Sectors."""

    @describe(
        operation_id="list_sectors",
        example=examples.SECTORS,
        summary="業種",
        parameters=[parameters.SectorParameters],
        answer=answers.SectorsAnswer,
        tag="マスター",
    )
    def get(self, request: Request) -> Response:
        """All sectors of a classification, in their order."""
        values = parameters.SectorParameters.read(request.query_params)
        fields = ("code", "name", "name_english")
        sectors: list[Any] = (
            list(Sector17.objects.filter(is_active=True).values(*fields))
            if values["type"] == "17"
            else list(Sector33.objects.filter(is_active=True).values(*fields, sector17_code=F("sector17_id")))
        )
        return Response({"sectors": sectors})
