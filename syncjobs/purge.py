"""Forgetting old runs. What they brought in stays in the ledger for ever."""

from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext

from syncjobs.choices import FINISHED_STATUSES, RunStatus
from syncjobs.models import SyncRun
from syncjobs.runs import change_status

_KEEP = timedelta(days=365)
_DECIDE_WITHIN = timedelta(days=30)


def purge_runs(now: datetime) -> int:
    """Reject what nobody decided on for 30 days, delete what ended a year ago. Returns how many were deleted.

    The last successful run of each source stays: it answers since when the data is.
    """
    undecided = SyncRun.objects.filter(status=RunStatus.NEEDS_REVIEW, completed_at__lt=now - _DECIDE_WITHIN)
    for run_id in undecided.values_list("pk", flat=True):
        change_status(run_id, RunStatus.CANCELLED, error_message=gettext("30 日のあいだ承認も却下もされませんでした。"))
    completed = SyncRun.objects.filter(status=RunStatus.COMPLETED).order_by().values("source")
    last = completed.annotate(last=Max("completed_at")).values("last")
    old = SyncRun.objects.filter(status__in=FINISHED_STATUSES, completed_at__lt=now - _KEEP)
    _, by_model = old.exclude(status=RunStatus.COMPLETED, completed_at__in=last).delete()
    return int(by_model.get("syncjobs.SyncRun", 0))
