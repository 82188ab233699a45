"""What is kept of backups taken by plan and of restores on trial, and what follows from it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError
from django.utils import timezone

from backups.models import BackupCondition, BackupKind, BackupRecord

logger = structlog.get_logger(__name__)

_KEEP = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Standing:
    """How backups, or restores on trial, stand: the last that ended well, and the last of all."""

    last_success: BackupRecord | None
    last: BackupRecord | None

    @property
    def is_failing(self) -> bool:
        return self.last is not None and self.last.error != ""

    def condition(self, late: timedelta, now: datetime) -> BackupCondition:
        """Good only while the last that ended well is no older than `late`."""
        if self.is_failing:
            return BackupCondition.FAILING
        if self.last_success is None:
            return BackupCondition.NONE
        return BackupCondition.LATE if now - self.last_success.started_at > late else BackupCondition.GOOD


def standing_of(kind: BackupKind) -> Standing:
    """As recorded."""
    records = BackupRecord.objects.filter(kind=kind).order_by("-ended_at", "-pk")
    return Standing(records.filter(error="").first(), records.first())


def record_outcome(
    kind: BackupKind,
    *,
    started_at: datetime,
    file_name: str,
    size_bytes: int | None = None,
    row_count: int | None = None,
    error: str = "",
) -> None:
    """Keep what became of one, for a good year. Where the database is away there is only the log."""
    event = f"{kind}_failed" if error else f"{kind}_succeeded"
    logger.log(40 if error else 20, event, file=file_name, size_bytes=size_bytes, rows=row_count, error=error or None)
    try:
        BackupRecord.objects.create(
            kind=kind, started_at=started_at, ended_at=timezone.now(), file_name=file_name, size_bytes=size_bytes,
            row_count=row_count, error=error,
        )  # fmt: skip
        BackupRecord.objects.filter(ended_at__lt=timezone.now() - _KEEP).delete()
    except DatabaseError as problem:
        logger.error("backup_record_lost", kind=kind, error=type(problem).__name__)
