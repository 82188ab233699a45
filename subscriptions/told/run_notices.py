"""What is told of a run that ended badly."""

from typing import Any

from django.db.models import Max

from subscriptions.choices import NoticeKind
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.news import as_text
from subscriptions.told.told_notice import ToldNotice
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun

#: The same as the triggers write.
RUN_KINDS = frozenset([NoticeKind.RUN_FAILED, NoticeKind.REVIEW_NEEDED])
_STATUS = {NoticeKind.RUN_FAILED: RunStatus.FAILED, NoticeKind.REVIEW_NEEDED: RunStatus.NEEDS_REVIEW}


def run_notices(entry: OutboxEntry) -> list[ToldNotice]:
    """Of the run of an entry: nothing where it is a day of a back-fill, whose own end is told, or where its chain of attempts was
    told of before; nor where nobody has kept it.
    """
    runs = SyncRun.objects.without_listing().select_related("source")
    run = runs.filter(pk=entry.subject.get("run")).first()
    if run is None or run.parent_id is not None or _was_told(run, entry):
        return []
    notice = {
        "kind": entry.kind, "run": str(run.pk), "run_kind": run.kind, "source_name": run.source.name,
        "requested_date": as_text(run.requested_date), "range_end": as_text(run.range_end),
        "date": as_text(run.date_in_force or run.requested_date), "error_code": run.error_code,
        "error_message": run.error_message, "requested_by": run.requested_by,
    }  # fmt: skip
    return [ToldNotice(notice)]


def _was_told(run: Any, entry: OutboxEntry) -> bool:
    """Whether what was asked for ended in the same way before and did not succeed since: attempts are made again and again, by the
    schedule and after a worker was lost, and their first failure says it for all.
    """
    alike = SyncRun.objects.of_their_own().filter(
        source=run.source_id, kind=run.kind, requested_date=run.requested_date, range_end=run.range_end
    )
    good = SyncRun.objects.filter(source=run.source_id, kind=run.kind, status=RunStatus.COMPLETED)
    last_good = good.filter(started_at__lt=run.started_at).aggregate(last=Max("completed_at"))["last"]
    before = alike.filter(started_at__lt=run.started_at, status=_STATUS[NoticeKind(entry.kind)])
    if last_good is not None:
        before = before.filter(started_at__gte=last_good)
    return bool(before.exists())
