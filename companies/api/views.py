"""Companies, masters, events and changes. Parse, ask, answer.

Rate limits and the response cache will stand in front of all of these in one place: `config.api`.
"""

from datetime import date
from typing import Any

from django.db.models import F
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.api import answers, parameters, rows
from companies.api.errors import company_not_found, snapshot_errors
from companies.api.filters import filter_and_order
from companies.codes import securities_code
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot
from companies.search import search_companies
from config.api.parameters import Parameters
from config.api.schema import describe
from masters.models import Market, Sector17, Sector33


class CompanyListView(APIView):
    """The list."""

    @describe(
        operation_id="list_companies",
        summary="銘柄一覧",
        description="条件に合う銘柄。as_of を指定すると、その日に上場していた銘柄をその日の内容で返す。",
        parameters=[parameters.CompanyListParameters],
        answer=answers.CompanyListAnswer,
        may_miss=True,
    )
    def get(self, request: Request) -> Response:
        """A page of the list."""
        values = parameters.CompanyListParameters.read(request.query_params)
        page = slice(values["offset"], values["offset"] + values["limit"])
        if "as_of" in values:
            entry = _entry_in_force(values["as_of"])
            versions = filter_and_order(CompanyVersion.objects.as_of(values["as_of"]), values, rows.VERSION_PATHS)
            found, total = rows.companies_as_of(versions[page], entry), versions.count()
        else:
            listed = Company.objects.active() if values["active_only"] else Company.objects.all()
            companies = filter_and_order(listed, values, rows.COMPANY_PATHS)
            found, total = rows.current_companies(companies[page]), companies.count()
        return Response({"companies": found, "total": total, "limit": values["limit"], "offset": values["offset"]})


class CompanyDetailView(APIView):
    """One company."""

    @describe(
        operation_id="get_company",
        summary="銘柄 1 件",
        parameters=[parameters.AsOfParameters],
        answer=answers.CompanyAnswer,
        may_miss=True,
    )
    def get(self, request: Request, code: str) -> Response:
        """The company with a 4- or 5-character code."""
        values = parameters.AsOfParameters.read(request.query_params)
        wanted = securities_code(code.upper())
        if "as_of" in values:
            entry = _entry_in_force(values["as_of"])
            found = rows.companies_as_of(
                CompanyVersion.objects.as_of(values["as_of"]).filter(company__code=wanted), entry
            )
        else:
            found = rows.current_companies(Company.objects.filter(code=wanted))
        if not found:
            raise company_not_found(code)
        return Response(found[0])


class CompanySearchView(APIView):
    """Search."""

    @describe(
        operation_id="search_companies",
        summary="銘柄検索",
        description="コードの完全一致、コードの前方一致、名称の前方一致、部分一致、類似の順。上場廃止の銘柄も探す。",
        parameters=[parameters.SearchParameters],
        answer=answers.SearchAnswer,
    )
    def get(self, request: Request) -> Response:
        """The best matches."""
        values = parameters.SearchParameters.read(request.query_params)
        companies = Company.objects.active() if values["active_only"] else Company.objects.all()
        found = search_companies(companies, values["q"])
        page = rows.current_companies(found[: values["limit"]])
        return Response({"companies": page, "total": found.count(), "query": values["q"]})


class CompanyHistoryView(APIView):
    """The history of one company."""

    @describe(
        operation_id="get_company_history",
        summary="銘柄の履歴",
        answer=answers.HistoryAnswer,
        may_miss=True,
        tag="履歴",
    )
    def get(self, request: Request, code: str) -> Response:
        """Versions and events, oldest first."""
        Parameters.read(request.query_params)
        company = Company.objects.filter(code=securities_code(code.upper())).first()
        if company is None:
            raise company_not_found(code)
        versions = CompanyVersion.objects.filter(company=company).oldest_first()
        events = ListingEvent.objects.filter(company=company).order_by("event_date", "event_type")
        return Response(
            {
                "code": company.code,
                "company_name": company.company_name,
                "versions": rows.versions(versions),
                "events": rows.events(events),
            }
        )


class MarketListView(APIView):
    """Market segments."""

    @describe(operation_id="list_markets", summary="市場区分", answer=answers.MarketsAnswer, tag="マスター")
    def get(self, request: Request) -> Response:
        """All that are in use, in their order."""
        Parameters.read(request.query_params)
        markets = Market.objects.filter(is_active=True).values("code", "name", "name_english")
        return Response({"markets": list(markets)})


class SectorListView(APIView):
    """Sectors."""

    @describe(
        operation_id="list_sectors",
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


class EventListView(APIView):
    """Listing events."""

    @describe(
        operation_id="list_events",
        summary="上場イベント",
        description="新規上場・上場廃止・再上場・名称や区分の変更。新しい順。最初の一覧より前のことは分からない。",
        parameters=[parameters.EventListParameters],
        answer=answers.EventListAnswer,
        tag="履歴",
    )
    def get(self, request: Request) -> Response:
        """A page of events."""
        values = parameters.EventListParameters.read(request.query_params)
        events = ListingEvent.objects.between(values.get("from"), values.get("to"))
        if "type" in values:
            events = events.filter(event_type__in=values["type"])
        if "code" in values:
            events = events.filter(code__in=[securities_code(code.upper()) for code in values["code"]])
        if "market_code" in values:
            events = events.filter(market__in=values["market_code"])
        page = rows.events(events[values["offset"] : values["offset"] + values["limit"]])
        return Response({"events": page, "total": events.count(), "limit": values["limit"], "offset": values["offset"]})


class ChangesView(APIView):
    """Two days compared."""

    @describe(
        operation_id="list_changes",
        summary="2 時点の差分",
        description="from と to の時点の銘柄の違い。片方の一覧に情報がない項目は、違いとして数えない。",
        parameters=[parameters.ChangesParameters],
        answer=answers.ChangesAnswer,
        tag="履歴",
        may_miss=True,
    )
    def get(self, request: Request) -> Response:
        """A page of the differences, by code."""
        values = parameters.ChangesParameters.read(request.query_params)
        first, second = _entry_in_force(values["from"]), _entry_in_force(values["to"])
        found = rows.differences(first.date_in_force, second.date_in_force)
        return Response(
            {
                "from": first.date_in_force,
                "to": second.date_in_force,
                "changes": found[values["offset"] : values["offset"] + values["limit"]],
                "total": len(found),
                "limit": values["limit"],
                "offset": values["offset"],
            }
        )


def _entry_in_force(day: date) -> ListingSnapshot:
    with snapshot_errors():
        entry: ListingSnapshot = ListingSnapshot.objects.get_in_force_on(day)
    return entry
