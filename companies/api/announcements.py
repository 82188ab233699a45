"""`GET /api/v1/companies/announcements`: days of listing and delisting as the exchange announced them, of the past and to come."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from api.endpoints.filters import AnyOf
from api.endpoints.parameters import Choice
from api.endpoints.schema import answer
from companies.api import examples
from companies.api.filters import AnyOfCodes, PeriodFilterSet
from companies.api.knowledge import LedgerViewSet, of_one_revision
from companies.api.pages import PageOfRevisionFilterSet, RevisionPagination
from companies.api.serializers import NEXT_HELP
from companies.apps import COMPANIES
from companies.issuers.official_dates.models import OfficialDate, OfficialDateKind
from companies.models import LedgerRevision

_FIELDS = (
    "code", "kind", "official_on", "reason", "announced_on", "company_name", "market", "origin", "recorded_in", "recorded_at",
)  # fmt: skip


class AnnouncementFilterSet(PeriodFilterSet, PageOfRevisionFilterSet):
    """Of which days, kinds and codes."""

    kind = AnyOf(Choice(OfficialDateKind.values), help_text="listed: 上場、delisted: 上場廃止")
    code = AnyOfCodes("code", method="of_codes")

    def of_codes(self, days: Any, name: str, codes: list[str]) -> Any:
        """Theirs."""
        return days.filter(code__in=codes)


class AnnouncementAnswer(serializers.Serializer[Any]):
    """One official day."""

    code = serializers.CharField(help_text="一覧に載ったことのない銘柄のこともある")
    kind = serializers.ChoiceField(OfficialDateKind.choices)
    official_on = serializers.DateField(
        help_text="上場日（最初の売買日）、または上場廃止日（売買されなくなった最初の日。最終売買日はその前の営業日）"
    )
    reason = serializers.CharField(allow_null=True, help_text="上場廃止の理由")
    announced_on = serializers.DateField(allow_null=True, help_text="公表日・上場承認日")
    company_name = serializers.CharField(allow_null=True, help_text="公表された銘柄名")
    market = serializers.CharField(allow_null=True, help_text="公表された市場区分")
    origin = serializers.CharField(help_text="出所")
    recorded_in = serializers.IntegerField(help_text="記録した改訂")
    recorded_at = serializers.DateTimeField(allow_null=True, help_text="その時刻。この日を知った時")


class AnnouncementListAnswer(serializers.Serializer[Any]):
    """A page of them."""

    announcements = AnnouncementAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
    next = serializers.CharField(required=False, allow_null=True, help_text=NEXT_HELP)


class AnnouncementViewSet(LedgerViewSet):
    """Official days."""

    queryset = OfficialDate.objects.none()
    family = COMPANIES
    filterset_class = AnnouncementFilterSet
    pagination_class = RevisionPagination
    tag = "history"

    @extend_schema(
        operation_id="list_announcements",
        summary="公式の上場日・上場廃止日",
        description="取引所が公表した上場日・上場廃止日。予定を含む。日付の新しい順。from に今日を指定すると、これからの上場・廃止だけになる。"
        "取り下げられた予定は返さない（known_at を指定すると、その時点で知られていた予定を返す）。",
        responses=answer(AnnouncementListAnswer, examples.ANNOUNCEMENTS, 404),
    )
    @of_one_revision
    def list(self, request: Request) -> HttpResponseBase:
        """A page of them."""
        page = self.paginate_queryset(self._days())
        return self.get_paginated_response({"announcements": [_row(values) for values in page or ()]})

    def _days(self) -> QuerySet[OfficialDate, Any]:
        """Those that were known and are asked for."""
        days: Any = self.filter_queryset(OfficialDate.objects.known_at(self.revision))
        for name, lookup in (("from", "gte"), ("to", "lte")):
            if name in self.values:
                days = days.filter(**{f"official_on__{lookup}": self.values[name]})
        moment = LedgerRevision.objects.filter(number=OuterRef("recorded_in")).values("recorded_at")
        ordered = days.annotate(recorded_at=Subquery(moment)).order_by("-official_on", "code", "kind", "pk")
        found: QuerySet[OfficialDate, Any] = ordered.values_list(*_FIELDS)
        return found


def _row(values: Any) -> dict[str, Any]:
    row = dict(zip(_FIELDS, values, strict=True))
    if row["recorded_at"] is not None:
        row["recorded_at"] = timezone.localtime(row["recorded_at"]).isoformat()
    return row
