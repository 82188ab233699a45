"""What was: the history of a company, listing events, two days compared. Parse, ask, answer."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataView, describe_data, page_answer
from companies.api import answers, examples, parameters, rows
from companies.api.errors import company_not_found
from companies.api.event_pages import event_page
from companies.api.requests import entry_in_force
from companies.apps import COMPANIES
from companies.code_notation import find_code
from companies.models import Company, CompanyVersion, ListingEvent
from companies.universe_difference import list_differences


@describe_data(
    operation_id="get_company_history",
    example=examples.HISTORY,
    summary="銘柄の履歴",
    answer=answers.HistoryAnswer,
    may_miss=True,
    tag="history",
)
class CompanyHistoryView(DataView):
    """The history of one company."""

    family = COMPANIES

    def answer(self, request: Request, values: dict[str, Any], state: str, code: str) -> Response:
        """Versions and events, oldest first."""
        company = Company.objects.filter(code=find_code(code)).first()
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


@describe_data(
    operation_id="list_events",
    example=examples.EVENTS,
    summary="上場イベント",
    description="新規上場・上場廃止・再上場・名称や区分の変更。新しい順。変化は observed_after より後、date までのどこかで起きた。"
    "from と to は date で絞る。期間の境をまたぐものは uncertain と uncertain_after に数える。最初の一覧より前のことは分からない。",
    answer=answers.EventListAnswer,
    tag="history",
)
class EventListView(DataView):
    """Listing events."""

    family = COMPANIES
    parameters = parameters.EventListParameters

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """A page of events."""
        page = event_page(values, state)
        return page_answer(
            request, values, state,
            events=page.rows, total=page.total, uncertain=page.uncertain, uncertain_after=page.uncertain_after,
        )  # fmt: skip


@describe_data(
    operation_id="list_changes",
    example=examples.CHANGES,
    summary="2 時点の差分",
    description="from と to の時点の銘柄の違い。片方の一覧に情報がない項目は、違いとして数えない。",
    answer=answers.ChangesAnswer,
    tag="history",
    may_miss=True,
)
class ChangesView(DataView):
    """Two days compared."""

    family = COMPANIES
    parameters = parameters.ChangesParameters

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """A page of the differences, by code."""
        first, second = entry_in_force(values["from"]), entry_in_force(values["to"])
        found = list_differences(first.date_in_force, second.date_in_force)
        page = found[values["offset"] : values["offset"] + values["limit"]]
        days: dict[str, Any] = {"from": first.date_in_force, "to": second.date_in_force}
        return page_answer(request, values, state, **days, changes=page, total=len(found))
