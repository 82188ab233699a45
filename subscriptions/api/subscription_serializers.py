"""What callers say of subscriptions, watch lists and saved views, and how these are told."""

from datetime import UTC, time
from typing import Any

from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.endpoints.parameters import StrictSerializer, WholeNumber, YesOrNo
from subscriptions.api.serializers import name_field
from subscriptions.choices import SUBSCRIBED_KINDS, Timing
from subscriptions.models import ListPage
from subscriptions.watching import MOST_COMPANIES

#: As many digits as a whole number has.
_LARGEST_ID = 10**18 - 1
_KINDS = [(kind.value, kind.label) for kind in SUBSCRIBED_KINDS]


def _id_field(meaning: str, **options: Any) -> WholeNumber:
    return WholeNumber(min_value=1, max_value=_LARGEST_ID, help_text=meaning, **options)


@extend_schema_field({"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"})
class TimeOfDay(serializers.TimeField):
    """`HH:MM` in Japan."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", **options)

    def to_internal_value(self, value: Any) -> time:
        """The time. Not the other spellings of ISO 8601."""
        try:
            if isinstance(value, str) and len(value) == 5:
                return time.fromisoformat(value)
        except ValueError:
            pass
        raise serializers.ValidationError(gettext("時刻を 18:00 の形で指定してください。"))


class ChangeSubscriptionParameters(StrictSerializer):
    """What is to be otherwise; what is not named stays."""

    name = name_field(required=False)
    destination = _id_field("通知先の ID", required=False)
    kinds = serializers.ListField(
        child=serializers.ChoiceField(_KINDS),
        min_length=1,
        max_length=len(_KINDS),
        required=False,
        help_text="知らせること",
    )
    watch_list = _id_field("ウォッチリストの ID。その銘柄だけ知らせる", required=False, allow_null=True)
    saved_view = _id_field("保存した表示の ID。そこに入った・出た銘柄を知らせる", required=False, allow_null=True)
    market_codes = serializers.ListField(
        child=serializers.CharField(max_length=10),
        max_length=50,
        required=False,
        help_text="市場区分コード。空はすべて",
    )
    includes_history = YesOrNo(
        required=False, help_text="過去の一覧を取り込んで分かった昔の出来事も知らせる（大量になることがある）"
    )
    timing = serializers.ChoiceField(Timing.choices, required=False, help_text="すぐに、または 1 日 1 回まとめて")
    digest_time = TimeOfDay(required=False, allow_null=True, help_text="まとめて知らせる時刻（日本時間、HH:MM）")
    is_active = YesOrNo(required=False, help_text="false は知らせない")


class MakeSubscriptionParameters(ChangeSubscriptionParameters):
    """A subscription."""

    name = name_field()
    destination = _id_field("通知先の ID")
    kinds = serializers.ListField(
        child=serializers.ChoiceField(_KINDS), min_length=1, max_length=len(_KINDS), help_text="知らせること"
    )


class SubscriptionAnswer(serializers.Serializer[Any]):
    """One subscription."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    destination = serializers.IntegerField(source="destination_id")
    kinds = serializers.ListField(child=serializers.ChoiceField(_KINDS))
    watch_list = serializers.IntegerField(source="watch_list_id", allow_null=True)
    saved_view = serializers.IntegerField(source="saved_view_id", allow_null=True)
    market_codes = serializers.ListField(child=serializers.CharField())
    includes_history = serializers.BooleanField()
    timing = serializers.ChoiceField(Timing.choices)
    digest_time = TimeOfDay(allow_null=True)
    next_digest_at = serializers.DateTimeField(source="digest_due_at", default_timezone=UTC, allow_null=True)
    is_active = serializers.BooleanField()
    inactive_reason = serializers.CharField(
        help_text="by_person、view_unreadable、view_not_shared、rights_lost など。空文字は有効"
    )
    inactive_message = serializers.CharField(
        source="get_inactive_reason_display", help_text="知らせない理由（人が読む文）。空文字は有効"
    )
    created_at = serializers.DateTimeField(default_timezone=UTC)


class SubscriptionListAnswer(serializers.Serializer[Any]):
    """A page of subscriptions."""

    subscriptions = SubscriptionAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class ChangeWatchListParameters(StrictSerializer):
    """What is to be otherwise; what is not named stays."""

    name = name_field(required=False)
    codes = serializers.ListField(
        child=serializers.CharField(max_length=40), max_length=MOST_COMPANIES, required=False,
        help_text="銘柄コード（7203、72030、7203.T などの形）。これだけを含むリストになる",
    )  # fmt: skip


class MakeWatchListParameters(ChangeWatchListParameters):
    """A watch list."""

    name = name_field()


class WatchListAnswer(serializers.Serializer[Any]):
    """One watch list."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    company_count = serializers.IntegerField(source="counted")
    created_at = serializers.DateTimeField(default_timezone=UTC)


class WatchListDetailAnswer(WatchListAnswer):
    """With what it holds."""

    codes = serializers.ListField(child=serializers.CharField())


class WatchListsAnswer(serializers.Serializer[Any]):
    """A page of watch lists."""

    watch_lists = WatchListAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class SavedViewAnswer(serializers.Serializer[Any]):
    """One saved view."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    page = serializers.ChoiceField(ListPage.choices, help_text="どの一覧か")
    query = serializers.CharField(help_text="条件（管理画面の一覧の URL のクエリ）")
    is_shared = serializers.BooleanField()
    is_own = serializers.BooleanField(help_text="false は、ほかの人が共有しているもの")
    created_at = serializers.DateTimeField(default_timezone=UTC)


class SavedViewListAnswer(serializers.Serializer[Any]):
    """A page of saved views."""

    saved_views = SavedViewAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
