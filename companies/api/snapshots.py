"""The ledger's entries over REST."""

from typing import Any

from django.db.models import OuterRef, Subquery
from django.http.response import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from api.endpoints.data_views import DataViewSet, of_one_state
from api.endpoints.pagination import LinkedPagination
from api.endpoints.schema import answer
from api.endpoints.states import REVISION_HEADER
from companies.api import examples, filters
from companies.api.snapshot_serializers import SnapshotAnswer, SnapshotListAnswer
from companies.apps import COMPANIES
from companies.known.reading import newest_revision
from companies.models import LedgerRevision, ListingSnapshot


class SnapshotViewSet(DataViewSet):
    """The entries of the ledger: which lists there are."""

    queryset = (
        ListingSnapshot.objects.defer("rows")
        .select_related("withdrawal", "provisional")
        .order_by("-date_in_force", "-pk")
    )
    family = COMPANIES
    filterset_class = filters.SnapshotFilterSet
    pagination_class = LinkedPagination
    tag = "history"

    @extend_schema(
        operation_id="list_snapshots",
        summary="取り込んだ一覧",
        description="どの日の一覧が、どこから取り込まれているか。基準日の新しい順。status=holding が、履歴の元になっている一覧。"
        "一覧のない日の変化は、その前後の一覧の間としか分からない。今日より後の基準日の一覧は、その日の 0 時から日を指定しない応答に現れる。",
        responses=answer(SnapshotListAnswer, examples.SNAPSHOTS),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """A page of the entries, each with the one that holds for its day."""
        holding = ListingSnapshot.objects.holding().filter(date_in_force=OuterRef("date_in_force"))
        newest = LedgerRevision.objects.order_by("-number").values("number")[:1]
        entries = self.filter_queryset(self.get_queryset()).annotate(
            holder=Subquery(holding.values("pk")), newest_revision=Subquery(newest)
        )
        page: Any = self.paginate_queryset(entries.between(self.values.get("from"), self.values.get("to")))
        found = list(page)
        response = self.get_paginated_response({"snapshots": SnapshotAnswer(found, many=True).data})
        response.headers[REVISION_HEADER] = str(found[0].newest_revision if found else newest_revision())
        return response
