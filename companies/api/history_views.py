"""What was: the history of a company, listing events, two days compared. Parse, ask, answer."""

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from companies.api import answers, examples, parameters, rows
from companies.api.errors import company_not_found
from companies.api.event_pages import event_page
from companies.api.requests import entry_in_force, page_answer, universe_of
from companies.code_notation import find_code
from companies.models import Company, CompanyVersion, ListingEvent
from companies.universe_difference import list_differences
from config.api.parameters import Parameters
from config.api.schema import describe


class CompanyHistoryView(APIView):
    """The history of one company."""

    @describe(
        operation_id="get_company_history",
        example=examples.HISTORY,
        summary="銘柄の履歴",
        answer=answers.HistoryAnswer,
        may_miss=True,
        tag="履歴",
    )
    def get(self, request: Request, code: str) -> Response:
        """Versions and events, oldest first."""
        Parameters.read(request.query_params)
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


class EventListView(APIView):
    """Listing events."""

    @describe(
        operation_id="list_events",
        example=examples.EVENTS,
        summary="上場イベント",
        description="新規上場・上場廃止・再上場・名称や区分の変更。新しい順。変化は observed_after より後、date までのどこかで起きた。"
        "from と to は date で絞る。期間の境をまたぐものは uncertain と uncertain_after に数える。最初の一覧より前のことは分からない。",
        parameters=[parameters.EventListParameters],
        answer=answers.EventListAnswer,
        tag="履歴",
    )
    def get(self, request: Request) -> Response:
        """A page of events."""
        values = parameters.EventListParameters.read(request.query_params)
        page = event_page(universe_of(request), values)
        return page_answer(
            request, values, "events", page.rows, page.total,
            uncertain=page.uncertain, uncertain_after=page.uncertain_after,
        )  # fmt: skip


class ChangesView(APIView):
    """Two days compared."""

    @describe(
        operation_id="list_changes",
        example=examples.CHANGES,
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
        first, second = entry_in_force(values["from"]), entry_in_force(values["to"])
        found = list_differences(first.date_in_force, second.date_in_force)
        page = found[values["offset"] : values["offset"] + values["limit"]]
        days = {"from": first.date_in_force, "to": second.date_in_force}
        return page_answer(request, values, "changes", page, len(found), **days)
