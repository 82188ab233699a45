"""What callers say of destinations and deliveries, and how these are told."""

import re
from datetime import UTC
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.endpoints.parameters import Instant, SearchText, StrictSerializer, YesOrNo
from subscriptions.api.filters import check_range
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus
from subscriptions.destinations.silence import why_nothing_is_sent

LONGEST_NAME = 60
_LONGEST_ADDRESS = 2000
_LANGUAGE: dict[str, Any] = {"help_text": "送る文の言語"}


@extend_schema_field({"type": "string", "minLength": 1, "maxLength": LONGEST_NAME, "pattern": SearchText.pattern})
class GivenName(serializers.CharField):
    """A name that a person gives: something to be seen, and nothing that cannot be typed."""

    def to_internal_value(self, data: Any) -> Any:
        """Without spaces around it. Raises `ValidationError`."""
        if not isinstance(data, str) or not re.fullmatch(SearchText.pattern, data):
            raise serializers.ValidationError(gettext("名前を入力してください（制御文字は使えません）。"))
        return super().to_internal_value(data)


def name_field(**options: Any) -> GivenName:
    """Of what is to be made or changed."""
    return GivenName(max_length=LONGEST_NAME, help_text="名前（自分の中で一意）", **options)


class MakeDestinationParameters(StrictSerializer):
    """A destination."""

    name = name_field()
    channel = serializers.ChoiceField(Channel.choices, help_text="方法")
    address = serializers.CharField(
        required=False, max_length=_LONGEST_ADDRESS,
        help_text="webhook と chat: URL、mail: メールアドレス。atom にはない。秘密として扱い、応答には一部だけを返す",
    )  # fmt: skip
    language = serializers.ChoiceField(settings.LANGUAGES, default=settings.LANGUAGE_CODE, **_LANGUAGE)


class ChangeDestinationParameters(StrictSerializer):
    """What is to be otherwise; what is not named stays."""

    name = name_field(required=False)
    address = serializers.CharField(
        required=False, max_length=_LONGEST_ADDRESS, help_text="新しい URL（webhook）。署名の鍵は変わらない"
    )
    language = serializers.ChoiceField(settings.LANGUAGES, required=False, **_LANGUAGE)


class ResumeParameters(StrictSerializer):
    """How to go on."""

    skip_waiting = YesOrNo(default=False, help_text="true は、停止中にたまったものを送らない")


class ConfirmParameters(StrictSerializer):
    """What came by mail."""

    code = serializers.CharField(max_length=40, help_text="届いた確認コード")


class ReplayParameters(StrictSerializer):
    """Of which time."""

    since = Instant(help_text="この日時以後に作成された配信")
    until = Instant(required=False, help_text="この日時より前に作成された配信。省略すると現在まで")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The end lies after the beginning."""
        check_range(attrs)
        return attrs


class NoParameters(StrictSerializer):
    """The body of what needs no words."""


class DestinationAnswer(serializers.Serializer[Any]):
    """One destination; nothing that is secret of it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    channel = serializers.ChoiceField(Channel.choices)
    language = serializers.CharField()
    address = serializers.CharField(source="shown_address", help_text="宛先のうち表示してよい部分")
    status = serializers.ChoiceField(DestinationStatus.choices)
    status_reason = serializers.CharField(
        help_text="by_person、keeps_failing（3 日間送れなかった）、gone（受信側が 410 で終了）。空文字はなし"
    )
    status_message = serializers.SerializerMethodField(help_text="送られない理由（人が読む文）。空文字は送られる")
    status_changed_at = serializers.DateTimeField(default_timezone=UTC)
    waiting = serializers.IntegerField(help_text="送信待ちの件数")
    failures = serializers.IntegerField(help_text="次の配信が続けて失敗した回数")
    failing_since = serializers.DateTimeField(default_timezone=UTC, allow_null=True)
    next_attempt_at = serializers.DateTimeField(default_timezone=UTC, help_text="次に送る日時（待つものがあれば）")
    last_delivered_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)
    created_at = serializers.DateTimeField(default_timezone=UTC)

    def get_status_message(self, destination: Any) -> str:
        """As pages say it."""
        return why_nothing_is_sent(destination, timezone.now())


class MadeDestinationAnswer(DestinationAnswer):
    """A new one with what is shown this once."""

    secret = serializers.CharField(
        allow_null=True,
        default=None,
        help_text="署名の鍵（webhook）。この応答にだけある。なくしたときは secret で作り直す",
    )
    feed_url = serializers.CharField(
        allow_null=True,
        default=None,
        help_text="Atom フィードの URL。この応答にだけある。なくしたときは token で作り直す",
    )


class SecretAnswer(serializers.Serializer[Any]):
    """A new secret."""

    secret = serializers.CharField(help_text="新しい署名の鍵。この応答にだけある")
    previous_until = serializers.DateTimeField(
        default_timezone=UTC, allow_null=True, help_text="この日時まで、前の鍵でも署名する"
    )


class FeedAddressAnswer(serializers.Serializer[Any]):
    """A new address of a feed."""

    feed_url = serializers.CharField(help_text="新しい URL。この応答にだけある。前の URL は使えない")


class DestinationListAnswer(serializers.Serializer[Any]):
    """A page of destinations."""

    destinations = DestinationAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class AttemptAnswer(serializers.Serializer[Any]):
    """One attempt."""

    at = serializers.DateTimeField(default_timezone=UTC)
    duration_ms = serializers.IntegerField()
    status_code = serializers.IntegerField(allow_null=True, help_text="受信側の HTTP ステータス。null は応答がない")
    error_code = serializers.CharField(help_text="失敗の種類。空文字は成功")
    answer_start = serializers.CharField(help_text="応答の先頭")


class DeliveryAnswer(serializers.Serializer[Any]):
    """One delivery."""

    id = serializers.IntegerField()
    webhook_id = serializers.CharField(help_text="メッセージの ID。再送でも同じ")
    destination = serializers.IntegerField(source="destination_id")
    subscription = serializers.IntegerField(source="subscription_id", allow_null=True)
    type = serializers.CharField(
        source="message.type", help_text="listing_events、saved_view、revision、operation、digest など"
    )
    revision = serializers.IntegerField(source="message.revision", allow_null=True, help_text="台帳の改訂の番号")
    notices = serializers.IntegerField(source="message.notice_count", help_text="知らせることの件数")
    status = serializers.ChoiceField(DeliveryStatus.choices)
    is_repeat = serializers.BooleanField(help_text="手動の再送か")
    attempts = serializers.IntegerField(help_text="試行回数")
    created_at = serializers.DateTimeField(default_timezone=UTC)
    ended_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)
    last_attempt = AttemptAnswer(allow_null=True)


@extend_schema_field({"type": "object", "additionalProperties": True})
class ContentField(serializers.JSONField):
    """What is told; which fields there are depends on its type (`docs/receiving.md`)."""


class DeliveryDetailAnswer(DeliveryAnswer):
    """With what it says and each attempt."""

    content = ContentField(source="message.content", help_text="知らせる内容（Webhook の data）")
    attempted = AttemptAnswer(many=True, help_text="試行。古い順")


class DeliveryListAnswer(serializers.Serializer[Any]):
    """A page of deliveries, the newest first."""

    deliveries = DeliveryAnswer(many=True)
    next = serializers.CharField(allow_null=True, help_text="続き（より古いもの）を読むときの after。null は最後")


class ReplayAnswer(serializers.Serializer[Any]):
    """What is sent again."""

    deliveries = serializers.IntegerField(help_text="もう一度送る件数")
