"""How the API tells of the ledger's entries."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from companies.choices import EntryStatus, SnapshotSource
from companies.ledger.provisional.noting import find_note, is_provisional


class WithdrawalAnswer(serializers.Serializer[Any]):
    """That a list was taken back."""

    withdrawn_at = serializers.DateTimeField()
    withdrawn_by = serializers.CharField(help_text="取り消した人")
    reason = serializers.CharField()


class SnapshotAnswer(serializers.Serializer[Any]):
    """One entry of the ledger."""

    id = serializers.IntegerField(help_text="スナップショットの番号。取り込んだ順に大きくなる")
    date_in_force = serializers.DateField(help_text="一覧の基準日")
    source = serializers.ChoiceField(SnapshotSource.choices)  # type: ignore[assignment] # a field of that name
    status = serializers.ChoiceField(EntryStatus.choices)
    row_count = serializers.IntegerField(help_text="一覧の件数")
    sha256 = serializers.CharField(help_text="一覧の内容の SHA-256")
    recorded_at = serializers.DateTimeField(help_text="取り込んだ時刻")
    is_superseded = serializers.BooleanField(help_text="同じ基準日の別の一覧が有効（status が superseded）")
    superseded_by = serializers.IntegerField(allow_null=True, help_text="いま有効な同じ基準日の一覧の番号")
    withdrawal = WithdrawalAnswer(allow_null=True, help_text="null は取り消されていない")
    is_provisional = serializers.BooleanField(help_text="提供元がその日の朝に改訂しうる一覧で、まだ確定していない")
    confirmed_at = serializers.DateTimeField(
        allow_null=True, help_text="暫定だった一覧と同じ内容を、改訂のあとで取得した時刻。はじめから確定していれば null"
    )

    def to_representation(self, entry: Any) -> dict[str, Any]:
        """An entry with its `holder`, which status and all that follows from it are asked for once."""
        status = entry.status
        is_superseded, is_withdrawn = status is EntryStatus.SUPERSEDED, status is EntryStatus.WITHDRAWN
        return {
            "id": entry.pk,
            "date_in_force": entry.date_in_force,
            "source": entry.source,
            "status": status.value,
            "row_count": entry.row_count,
            "sha256": entry.sha256,
            "recorded_at": timezone.localtime(entry.recorded_at).isoformat(),
            "is_superseded": is_superseded,
            "superseded_by": entry.holder if is_superseded else None,
            "withdrawal": WithdrawalAnswer(entry.withdrawal).data if is_withdrawn else None,
            "is_provisional": is_provisional(entry),
            "confirmed_at": _confirmed_at(entry),
        }


def _confirmed_at(entry: Any) -> str | None:
    noted = find_note(entry)
    return timezone.localtime(noted.confirmed_at).isoformat() if noted is not None and noted.confirmed_at else None


class SnapshotListAnswer(serializers.Serializer[Any]):
    """A page of entries, newest date first."""

    snapshots = SnapshotAnswer(many=True)
    total = serializers.IntegerField()
    limit = serializers.IntegerField()
    offset = serializers.IntegerField()
