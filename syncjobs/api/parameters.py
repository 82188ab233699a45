"""What callers may say to synchronisation."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from rest_framework import serializers

from config.api.errors import localised
from config.api.parameters import CommaList, PageParameters, Parameters
from datasources.jquants.listing import FIRST_DAY
from syncjobs.choices import RunStatus

# The provider answers any later day with the next business day's list.
_LATEST_AHEAD = timedelta(days=7)


class StartSyncParameters(Parameters):
    """The body of a start."""

    date = serializers.DateField(required=False, allow_null=True, help_text="取り込む日（日本）。省略すると最新の一覧")
    force_update = serializers.BooleanField(
        default=False, help_text="一覧が直近のものより大幅に少なくても、確認を待たずに取り込む"
    )
    source = serializers.CharField(  # type: ignore[assignment] # a field of that name
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


class RunListParameters(PageParameters):
    """Which runs."""

    status = CommaList(required=False, help_text=f"状態（コンマ区切り）: {', '.join(RunStatus.values)}")
    parent = serializers.UUIDField(  # type: ignore[assignment] # a field of that name
        required=False, help_text="一括取得の ID。その日ごとの同期を返す"
    )

    def validate_status(self, values: list[str]) -> list[str]:
        """Known ones only."""
        wrong = [value for value in values if value not in RunStatus.values]
        if wrong:
            known = ", ".join(RunStatus.values)
            raise serializers.ValidationError(
                localised(
                    f"{wrong[0]!r} という状態はありません。使えるもの: {known}", f"Not {wrong[0]!r}. Known: {known}"
                )
            )
        return values
