"""The query parameters of telling others' endpoints."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from api.endpoints.filters import AnyOf, Comparison, Parameter, StrictFilterSet
from api.endpoints.pagination import PageFilterSet
from api.endpoints.parameters import Choice, Instant, WholeNumber
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus

#: As many digits as a whole number has.
_LARGEST_ID = 10**18 - 1


class DestinationFilterSet(PageFilterSet):
    """Which destinations."""

    channel = AnyOf(Choice(Channel.values), help_text="方法")
    status = AnyOf(Choice(DestinationStatus.values), help_text="状態")


class SubscriptionFilterSet(PageFilterSet):
    """Which subscriptions."""

    destination = Comparison(WholeNumber(required=False, min_value=1, max_value=_LARGEST_ID, help_text="通知先の ID"))


class DeliveryFilterSet(StrictFilterSet):
    """Which deliveries, the newest first."""

    destination = Comparison(WholeNumber(required=False, min_value=1, max_value=_LARGEST_ID, help_text="通知先の ID"))
    status = AnyOf(Choice(DeliveryStatus.values), help_text="状態")
    since = Comparison(
        Instant(required=False, help_text="この日時以後に作成されたもの"), field_name="created_at", lookup_expr="gte"
    )
    until = Comparison(
        Instant(required=False, help_text="この日時より前に作成されたもの"), field_name="created_at", lookup_expr="lt"
    )
    limit = Parameter(WholeNumber(min_value=1, max_value=1000, default=100, help_text="1 ページの件数"))
    after = Comparison(
        serializers.RegexField(r"^[1-9][0-9]{0,17}$", required=False, help_text="前の応答の next"),
        field_name="id", lookup_expr="lt",
    )  # fmt: skip

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The end lies after the beginning."""
        check_range(values)
        return values


def check_range(values: dict[str, Any]) -> None:
    """Raise `ValidationError` where `until` is not after `since`."""
    if "since" in values and "until" in values and values["until"] <= values["since"]:
        raise serializers.ValidationError({"until": [gettext("since より後の日時を指定してください。")]})
