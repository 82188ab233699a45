"""What callers may say to synchronisation."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from api.endpoints.errors import localised
from api.endpoints.parameters import CommaList, Day, PageParameters, Parameters, SearchText, WholeNumber, YesOrNo
from api.endpoints.states import StateParameters
from companies.choices import EventType
from datasources.jquants.asked_dates import FIRST_DAY
from syncjobs.choices import RunStatus
from syncjobs.models import REASON_LENGTH

# The provider answers any later day with the next business day's list.
_LATEST_AHEAD = timedelta(days=7)


class StartSyncParameters(Parameters):
    """The body of a start."""

    date = Day(required=False, allow_null=True, help_text="取り込む日（日本）。省略すると最新の一覧")
    force_update = YesOrNo(default=False, help_text="一覧が直近のものより大幅に少なくても、確認を待たずに取り込む")
    source = SearchText(  # type: ignore[assignment] # a field of that name
        required=False, max_length=100, help_text="データソースの名称または提供元。省略すると最初の有効な J-Quants"
    )

    def validate_date(self, day: Any) -> Any:
        """A day the provider can have."""
        latest = timezone.localdate() + _LATEST_AHEAD
        if day is not None and not FIRST_DAY <= day <= latest:
            raise serializers.ValidationError(
                localised(f"{FIRST_DAY} から {latest} までの日を指定してください。", f"From {FIRST_DAY} to {latest}.")
            )
        return day


class ApproveSyncParameters(Parameters):
    """The body of an approval: why, and how many changes of the gravest kinds the caller has counted."""

    reason = serializers.CharField(max_length=REASON_LENGTH, help_text="取り込む理由。承認した人と日時とともに記録する")

    def get_fields(self) -> dict[str, Any]:
        """With a number for each kind of event; which of them are needed depends on the list."""
        numbers = {
            str(kind): WholeNumber(required=False, min_value=0, help_text=f"確認した件数（{label}）")
            for kind, label in EventType.choices
        }
        return {**super().get_fields(), **numbers}


class RunListParameters(StateParameters, PageParameters):
    """Which runs."""

    status = CommaList(choices=RunStatus.values, required=False, help_text="状態")
    parent = serializers.UUIDField(  # type: ignore[assignment] # a field of that name
        required=False, help_text="一括取得の ID。その日ごとの同期を返す"
    )
