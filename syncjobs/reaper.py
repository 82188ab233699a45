"""Runs that lost their worker, or that no worker ever heard of."""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils.translation import gettext

from syncjobs.choices import RunKind, RunStatus
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.execution import end_run
from syncjobs.models import SyncRun
from syncjobs.recorded_texts import BY_SCHEDULE
from syncjobs.runs import WORKER_LOST, enqueue_run, retry_run

logger = structlog.get_logger(__name__)

#: Several heartbeats: a worker that was only slow is not dead.
_SILENT_FOR = timedelta(seconds=30)
# A worker that is there takes a run at once; a message may have been lost with the broker.
_UNHEARD_FOR = timedelta(minutes=2)
#: How long after the first loss of a worker the run is started again, after the second, and so on; the last for all further.
_PAUSES = [timedelta(minutes=minutes) for minutes in (0, 1, 5, 15, 60)]
#: What has been tried for so long is left to people.
_TRIED_FOR = timedelta(days=1)
# Signs of life may come between the question for the time and the look.
_LITTLE = timedelta(seconds=5)


def reap_runs(now: datetime) -> int:
    """End runs whose worker is dead and start each again, with growing pauses; tell workers again of runs that still wait.

    `now` is the present moment by the database's clock, which all signs of life are written by. Returns how many were ended.
    """
    _forget_the_future(now)
    lost = list(SyncRun.objects.silent_since(now - _SILENT_FOR).select_related("source", "parent"))
    for run in lost:
        _end(run)
    for run in _left_alone(now):
        _retry(run, now)
    waiting = SyncRun.objects.filter(status=RunStatus.QUEUED, enqueued_at__lt=now - _UNHEARD_FOR)
    for run_id in waiting.values_list("pk", flat=True):
        logger.warning("sync_enqueued_again", run_id=str(run_id))
        enqueue_run(run_id)
    return len(lost)


def _forget_the_future(now: datetime) -> None:
    """Where the clock was set back, signs of life and messages that lie ahead count as of now: a worker that lives gives another in a
    moment, and one that died would hold its source for as long as the clock was ahead.
    """
    ahead = SyncRun.objects.filter(status=RunStatus.RUNNING, heartbeat_at__gt=now + _LITTLE).update(heartbeat_at=now)
    ahead += SyncRun.objects.filter(status=RunStatus.QUEUED, enqueued_at__gt=now + _LITTLE).update(enqueued_at=now)
    if ahead:
        logger.warning("run_clock_was_ahead", runs=ahead)


def _end(run: SyncRun) -> None:
    reason = gettext("処理していたワーカーが停止しました。")
    if run.cancel_requested_at is not None:
        end_run(run, RunStatus.CANCELLED, message=reason + gettext("何も書き込んでいません。"))
        return
    message = reason + gettext("書きかけの内容はありません。自動で再試行します。")
    end_run(run, RunStatus.FAILED, code=WORKER_LOST, message=message)


def _left_alone(now: datetime) -> list[SyncRun]:
    """Runs that ended so and that nothing was started again for; not the days of a back-fill, which begins again itself."""
    lost = SyncRun.objects.filter(status=RunStatus.FAILED, error_code=WORKER_LOST, retried_by=None)
    lost.filter(completed_at__lt=now - _TRIED_FOR, listing__isnull=False).update(listing=None)
    is_whole = Q(parent=None) | Q(listing__isnull=False)
    return list(lost.filter(is_whole, completed_at__gte=now - _TRIED_FOR).select_related("source", "parent"))


def _retry(run: SyncRun, now: datetime) -> None:
    first, losses = _begun(run)
    # An end that lies ahead was written by a clock that was: that pause is over.
    is_pausing = (
        run.completed_at is None or run.completed_at <= now < run.completed_at + _PAUSES[min(losses, len(_PAUSES)) - 1]
    )
    if is_pausing or first.started_at < now - _TRIED_FOR or _is_taken_care_of(run, losses):
        return
    try:
        retry_run(run)
    except (SyncAlreadyRunning, SourceNotUsable) as reason:
        logger.warning("sync_not_retried", run_id=str(run.pk), reason=str(reason))


def _begun(run: SyncRun) -> tuple[SyncRun, int]:
    """The first of a row of retries, and how many workers were lost over it."""
    losses = 1
    while run.retry_of is not None:
        run, losses = run.retry_of, losses + 1
    return run, losses


def _is_taken_care_of(run: SyncRun, losses: int) -> bool:
    """Whether the same was started again by others: by a person, or, for a day of the schedule, by what decides on those."""
    if run.requested_by == BY_SCHEDULE and run.kind == RunKind.LISTING and run.listing is None and losses > 1:
        return True
    same = SyncRun.objects.filter(
        source=run.source_id, kind=run.kind, requested_date=run.requested_date, range_end=run.range_end
    )  # fmt: skip
    return run.listing is None and same.filter(started_at__gt=run.completed_at).exists()
