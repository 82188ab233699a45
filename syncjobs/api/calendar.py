"""The exchange's calendar over REST."""

from datetime import UTC, timedelta
from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.endpoints.data_views import DataViewSet, of_one_state
from api.endpoints.schema import answer
from companies.api.filters import PeriodFilterSet
from companies.choices import SnapshotSource
from datasources.choices import DayKind
from syncjobs.apps import CALENDAR
from syncjobs.calendar.facts import FIRST_DAY, LAST_DAY, DayFacts, describe_days
from syncjobs.models import CalendarDay

#: Of one question.
MAX_DAYS = 366
_USUAL_DAYS = 31
_TOLD, _COMPUTED = "told", "computed"


class CalendarFilterSet(PeriodFilterSet):
    """From the first to the last day, both included."""

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Both days; without them 31 from today on in Japan, or beginning or ending with the one that is given."""
        first, last = values.get("from"), values.get("to")
        for name, day in (("from", first), ("to", last)):
            if day is not None and not FIRST_DAY <= day <= LAST_DAY:
                message = gettext("{first} から {latest} までの日を指定してください。")
                raise serializers.ValidationError({name: [message.format(first=FIRST_DAY, latest=LAST_DAY)]})
        span = timedelta(days=_USUAL_DAYS - 1)
        if first is None:
            first = timezone.localdate() if last is None else max(last - span, FIRST_DAY)
        if last is None:
            last = min(first + span, LAST_DAY)
        values = super().check({**values, "from": first, "to": last})
        if (last - first).days >= MAX_DAYS:
            message = gettext("期間は {most} 日までにしてください。")
            raise serializers.ValidationError({"to": [message.format(most=MAX_DAYS)]})
        return values


class ListOfDayAnswer(serializers.Serializer[Any]):
    """The list of exactly that day."""

    source = serializers.ChoiceField(SnapshotSource.choices)  # type: ignore[assignment] # a field of that name
    is_provisional = serializers.BooleanField(help_text="朝の改訂（08:00 ごろ）のあとの確定がまだ済んでいない")


class CalendarDayAnswer(serializers.Serializer[Any]):
    """One day."""

    date = serializers.DateField()
    is_business_day = serializers.BooleanField(help_text="株式の取引がある日（半日立会日を含む）")
    kind = serializers.ChoiceField(
        DayKind.choices, allow_null=True, help_text="データソースが知らせた区分。知らせていない日は null"
    )
    basis = serializers.ChoiceField(
        [_TOLD, _COMPUTED],
        help_text="told はデータソースのカレンダー。computed は法律の祝日と年末年始からの計算で、臨時の休業は分からない",
    )
    told_at = serializers.DateTimeField(
        default_timezone=UTC, allow_null=True, help_text="データソースから最後に知った時刻"
    )
    previous_business_day = serializers.DateField(help_text="その日より前の、最も近い営業日")
    next_business_day = serializers.DateField(help_text="その日より後の、最も近い営業日")
    list = ListOfDayAnswer(allow_null=True, help_text="その日を基準日とする一覧。なければ null")


class CalendarAnswer(serializers.Serializer[Any]):
    """Days, oldest first."""

    days = CalendarDayAnswer(many=True)

    def get_fields(self) -> dict[str, Any]:
        """With the period, one of whose names is a word of Python."""
        return {"from": serializers.DateField(), "to": serializers.DateField(), **super().get_fields()}


EXAMPLE = {
    "from": "2026-11-20", "to": "2026-11-20",
    "days": [
        {
            "date": "2026-11-20", "is_business_day": True, "kind": "business", "basis": "told",
            "told_at": "2026-11-18T08:45:03.456789Z", "previous_business_day": "2026-11-19",
            "next_business_day": "2026-11-24", "list": {"source": SnapshotSource.values[0], "is_provisional": False},
        }
    ],
}  # fmt: skip


class CalendarViewSet(DataViewSet):
    """Business days, and which of them have a list."""

    queryset = CalendarDay.objects.none()
    family = CALENDAR
    filterset_class = CalendarFilterSet
    tag = "history"

    @extend_schema(
        operation_id="list_calendar_days",
        summary="営業日のカレンダー",
        description="東京証券取引所の営業日。from と to を省略すると今日から 31 日間、期間は 366 日まで。データソースから知った日は"
        " basis=told、ほかは計算（basis=computed）。翌営業日の一覧が前日の夕方に届くデータソースでは、翌朝に確定するまで"
        " list.is_provisional が true。",
        responses=answer(CalendarAnswer, EXAMPLE),
    )
    @of_one_state
    def list(self, request: Request) -> HttpResponseBase:
        """All days of the period."""
        first, last = self.values["from"], self.values["to"]
        days = [_row(facts) for facts in describe_days(first, last)]
        return Response(CalendarAnswer({"from": first, "to": last, "days": days}).data)


def _row(facts: DayFacts) -> dict[str, Any]:
    told = facts.told
    return {
        "date": facts.day,
        "is_business_day": facts.is_business_day,
        "kind": (told.kind or None) if told else None,
        "basis": _TOLD if told else _COMPUTED,
        "told_at": told.learnt_at if told else None,
        "previous_business_day": facts.previous,
        "next_business_day": facts.following,
        "list": {"source": facts.list_source, "is_provisional": facts.is_list_provisional}
        if facts.list_source
        else None,
    }
