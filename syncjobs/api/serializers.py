"""What callers may say to synchronisation, and how it answers."""

from datetime import UTC, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.endpoints.parameters import Day, SearchText, StrictSerializer, WholeNumber, YesOrNo
from companies.api.quotes import EXAMPLE, EmbeddedQuoteAnswer
from companies.choices import EventType
from datasources.list_notes import explain_note
from datasources.providers import oldest_first_day
from syncjobs.choices import RunKind, RunPhase, RunStatus, Verdict
from syncjobs.models import REASON_LENGTH, SyncRun

# The provider answers any later day with the next business day's list.
_LATEST_AHEAD = timedelta(days=7)


class StartSyncParameters(StrictSerializer):
    """The body of a start."""

    date = Day(required=False, allow_null=True, help_text="取り込む日（日本）。省略すると最新の一覧")
    force_update = YesOrNo(default=False, help_text="一覧が直近のものより大幅に少なくても、確認を待たずに取り込む")
    source = SearchText(  # type: ignore[assignment] # a field of that name
        required=False,
        max_length=100,
        help_text="データソースの名称または提供元。省略すると最初の有効なもの（毎営業日の一覧があるもの、なければ毎月のもの）",
    )

    def validate_date(self, day: Any) -> Any:
        """A day the provider can have."""
        first, latest = oldest_first_day(), timezone.localdate() + _LATEST_AHEAD
        if day is not None and not first <= day <= latest:
            message = gettext("{first} から {latest} までの日を指定してください。")
            raise serializers.ValidationError(message.format(first=first, latest=latest))
        return day


class ApproveSyncParameters(StrictSerializer):
    """The body of an approval: why, and how many changes of the gravest kinds the caller has counted."""

    reason = serializers.CharField(max_length=REASON_LENGTH, help_text="取り込む理由。承認した人と日時とともに記録する")

    def get_fields(self) -> dict[str, Any]:
        """With a number for each kind of event; which of them are needed depends on the list."""
        numbers = {
            str(kind): WholeNumber(required=False, min_value=0, help_text=f"確認した件数（{label}）")
            for kind, label in EventType.choices
        }
        return {**super().get_fields(), **numbers}


class NoParameters(StrictSerializer):
    """The body of what needs no words."""


class SyncStartedAnswer(serializers.Serializer[Any]):
    """A run that was accepted."""

    sync_id = serializers.UUIDField(source="pk")
    status = serializers.ChoiceField(RunStatus.choices)
    started_at = serializers.DateTimeField(default_timezone=UTC, help_text="受け付けた日時")


class DecisionAnswer(serializers.Serializer[Any]):
    """What a person or a program decided last on a run."""

    verdict = serializers.ChoiceField(Verdict.values, help_text="承認、却下（確認待ちの一覧を取り込まない）、中止")
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True, help_text="null は記録のない古いもの")
    reason = serializers.CharField(help_text="承認の理由。ほかは空文字")
    confirmed_counts = serializers.DictField(
        child=serializers.IntegerField(), help_text="承認のときに確認した件数（イベントの種別ごと）"
    )

    def get_attribute(self, instance: SyncRun) -> dict[str, Any] | None:
        """As the run has it, if it was decided on."""
        if instance.cancelled_by:
            return {
                "verdict": Verdict.REJECTED.value if instance.is_rejected else Verdict.CANCELLED.value, "decided_by": instance.cancelled_by,
                "decided_at": instance.cancel_requested_at, "reason": "", "confirmed_counts": {},
            }  # fmt: skip
        if not instance.approved_by:
            return None
        return {
            "verdict": Verdict.APPROVED.value, "decided_by": instance.approved_by, "decided_at": instance.approved_at,
            "reason": instance.approval_reason, "confirmed_counts": instance.confirmed_counts or {},
        }  # fmt: skip


class RunNotesField(serializers.ListField):
    """The notes of a run in words, in the language of the caller."""

    child = serializers.CharField()

    def get_attribute(self, instance: SyncRun) -> list[str]:
        """Empty for one without."""
        return [explain_note(note) for note in instance.notes or []]


class SyncRunAnswer(serializers.Serializer[Any]):
    """One run."""

    sync_id = serializers.UUIDField(source="pk")
    parent_id = serializers.UUIDField(allow_null=True, help_text="一括取得の一部であれば、その ID")
    retry_of = serializers.UUIDField(
        source="retry_of_id", allow_null=True, help_text="ワーカーの停止で再試行した元の同期"
    )
    source = serializers.CharField(source="source.name")  # type: ignore[assignment] # a field of that name
    kind = serializers.ChoiceField(RunKind.choices)
    status = serializers.ChoiceField(RunStatus.choices)
    phase = serializers.ChoiceField(RunPhase.choices)
    progress = serializers.IntegerField(source="progress_percent", help_text="進み具合（0 から 100）")
    done = serializers.IntegerField()
    total = serializers.IntegerField()
    requested_date = serializers.DateField(allow_null=True, help_text="指定した日。null は最新")
    range_end = serializers.DateField(allow_null=True)
    date_in_force = serializers.DateField(allow_null=True, help_text="取得した一覧の基準日")
    is_provisional = serializers.BooleanField(help_text="取得した一覧が、その日の朝の改訂（08:00 ごろ）より前のもの")
    force_update = serializers.BooleanField(source="is_forced")
    total_companies = serializers.IntegerField(allow_null=True)
    new_companies = serializers.IntegerField(allow_null=True)
    updated_companies = serializers.IntegerField(allow_null=True)
    deactivated_companies = serializers.IntegerField(allow_null=True)
    unchanged_companies = serializers.IntegerField(
        allow_null=True, help_text="株価の更新では、更新の必要がなかった銘柄"
    )
    uncovered_companies = serializers.IntegerField(allow_null=True, help_text="株価の更新で、株価のない銘柄")
    notes = RunNotesField(help_text="止めるほどではない、普段と違ったこと。人が読む文")
    error_code = serializers.CharField(help_text="空文字はエラーなし")
    error_message = serializers.CharField()
    requested_by = serializers.CharField()
    approved_by = serializers.CharField()
    decision = DecisionAnswer(allow_null=True)
    started_at = serializers.DateTimeField(default_timezone=UTC)
    completed_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)


_FIGURE: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "number"}]}
_SAMPLE: dict[str, Any] = {
    "type": "array",
    "items": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": _FIGURE}]},
}


@extend_schema_field({"type": "object", "additionalProperties": {"anyOf": [*_FIGURE["anyOf"], _SAMPLE]}})
class RefusalFiguresField(serializers.JSONField):
    """The figures of a `SnapshotRefused`, which differ by its reason."""


class ReviewedChangeAnswer(serializers.Serializer[Any]):
    """One event that applying the list would make."""

    code = serializers.CharField()
    company_name = serializers.CharField()
    event_type = serializers.ChoiceField(EventType.choices)
    old = serializers.CharField(allow_null=True)
    new = serializers.CharField(allow_null=True)


class ReviewAnswer(serializers.Serializer[Any]):
    """What a person has to decide on."""

    reason = serializers.CharField(help_text="理由のコード")
    message = serializers.CharField(help_text="理由（人が読む文）")
    can_be_approved = serializers.BooleanField(help_text="false は、一覧として成り立たず承認できない")
    details = RefusalFiguresField(help_text="理由ごとの数値と例")
    event_counts = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="取り込んだ場合の種別ごとの件数"
    )
    changes = ReviewedChangeAnswer(many=True, required=False, help_text="取り込んだ場合の変更の例（最大 100 件）")

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """As it was recorded: it is the answer's part already."""
        return instance


class SyncRunDetailAnswer(SyncRunAnswer):
    """One run with what a person has to decide on."""

    review = ReviewAnswer(allow_null=True, help_text="確認が必要な理由と、取り込んだ場合の変更")


class SyncRunListAnswer(serializers.Serializer[Any]):
    """A page of runs."""

    runs = SyncRunAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()


class SyncStatusAnswer(serializers.Serializer[Any]):
    """How it stands."""

    current_sync = SyncRunAnswer(allow_null=True, help_text="実行中の同期。なければ最後に開始したもの")
    last_successful_sync = SyncRunAnswer(allow_null=True)


class QuoteAnswer(EmbeddedQuoteAnswer):
    """A quote by itself."""

    code = serializers.CharField()


_ID = "3f0a2c1e-7d54-4c8e-9a55-0c8e2b7f6d10"
STARTED_EXAMPLE = {"sync_id": _ID, "status": "queued", "started_at": "2026-11-20T18:00:00.123456+09:00"}
RUN_EXAMPLE: dict[str, Any] = {
    "sync_id": _ID, "parent_id": None, "retry_of": None, "source": "J-Quants", "kind": "listing", "status": "completed",
    "phase": "ended", "progress": 100, "done": 4400, "total": 4400, "requested_date": None, "range_end": None,
    "date_in_force": "2026-11-20", "is_provisional": False, "force_update": False, "total_companies": 4400, "new_companies": 2,
    "updated_companies": 5, "deactivated_companies": 1, "unchanged_companies": 4393, "uncovered_companies": None, "notes": [], "error_code": "", "error_message": "",
    "requested_by": "スケジュール", "approved_by": "", "decision": None, "started_at": "2026-11-20T18:00:00.123456+09:00",
    "completed_at": "2026-11-20T18:00:03.456789+09:00",
}  # fmt: skip
RUN_DETAIL_EXAMPLE = {**RUN_EXAMPLE, "review": None}
RUNS_EXAMPLE = {"runs": [RUN_EXAMPLE], "total": 1, "limit": 100, "offset": 0}
STATUS_EXAMPLE = {"current_sync": RUN_EXAMPLE, "last_successful_sync": RUN_EXAMPLE}
QUOTE_EXAMPLE = {"code": "7203", **EXAMPLE}
