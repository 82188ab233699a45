"""Which lists there are. Parse, ask, answer."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataView, describe_data, page_answer
from companies.api import answers, examples, parameters
from companies.apps import COMPANIES
from companies.choices import EntryStatus
from companies.models import ListingSnapshot


@describe_data(
    operation_id="list_snapshots",
    example=examples.SNAPSHOTS,
    summary="取り込んだ一覧",
    description="どの日の一覧が、どこから取り込まれているか。基準日の新しい順。status=holding が、履歴の元になっている一覧。"
    "一覧のない日の変化は、その前後の一覧の間としか分からない。",
    answer=answers.SnapshotListAnswer,
    tag="history",
)
class SnapshotListView(DataView):
    """The entries of the ledger."""

    family = COMPANIES
    parameters = parameters.SnapshotListParameters

    def answer(self, request: Request, values: dict[str, Any], state: str) -> Response:
        """A page of the entries."""
        entries = _filtered(values)
        holding = ListingSnapshot.objects.holding().filter(date_in_force=OuterRef("date_in_force"))
        page = (
            entries.defer("rows")
            .select_related("withdrawal")
            .annotate(holder=Subquery(holding.values("pk")))
            .order_by("-date_in_force", "-pk")[values["offset"] : values["offset"] + values["limit"]]
        )
        return page_answer(request, values, state, snapshots=[_row(entry) for entry in page], total=entries.count())


def _filtered(values: dict[str, Any]) -> Any:
    entries = ListingSnapshot.objects.between(values.get("from"), values.get("to"))
    if "source" in values:
        entries = entries.filter(source__in=values["source"])
    if "status" in values:
        entries = entries.of_status(values["status"])
    return entries


def _row(entry: Any) -> dict[str, Any]:
    status = entry.status
    withdrawal = entry.withdrawal if status is EntryStatus.WITHDRAWN else None
    return {
        "id": entry.pk,
        "date_in_force": entry.date_in_force,
        "source": entry.source,
        "status": status.value,
        "row_count": entry.row_count,
        "sha256": entry.sha256,
        "recorded_at": timezone.localtime(entry.recorded_at).isoformat(),
        "is_superseded": status is EntryStatus.SUPERSEDED,
        "superseded_by": entry.holder if status is EntryStatus.SUPERSEDED else None,
        "withdrawal": withdrawal
        and {
            "withdrawn_at": timezone.localtime(withdrawal.withdrawn_at).isoformat(),
            "withdrawn_by": withdrawal.withdrawn_by,
            "reason": withdrawal.reason,
        },
    }
