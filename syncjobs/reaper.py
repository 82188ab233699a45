"""Runs that lost their worker, or that no worker ever heard of."""

from datetime import datetime, timedelta

import structlog
from django.utils.translation import gettext

from syncjobs.choices import RunStatus
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.execution import end_run
from syncjobs.models import SyncRun
from syncjobs.runs import enqueue_run, retry_run

logger = structlog.get_logger(__name__)

#: Several heartbeats: a worker that was only slow is not dead.
_SILENT_FOR = timedelta(seconds=30)
# A worker that is there takes a run at once; a message may have been lost with the broker.
_UNHEARD_FOR = timedelta(minutes=2)


def reap_runs(now: datetime) -> int:
    """End runs whose worker is dead and start each once more; tell workers again of runs that still wait.

    `now` is the present moment. Returns how many were ended.
    """
    lost = list(SyncRun.objects.silent_since(now - _SILENT_FOR).select_related("source", "parent"))
    ended = sum(_reap(run) for run in lost)
    waiting = SyncRun.objects.filter(status=RunStatus.QUEUED, enqueued_at__lt=now - _UNHEARD_FOR)
    for run_id in waiting.values_list("pk", flat=True):
        logger.warning("sync_enqueued_again", run_id=str(run_id))
        enqueue_run(run_id)
    return ended


def _reap(run: SyncRun) -> bool:
    will_retry = run.retry_of_id is None and run.cancel_requested_at is None
    if run.cancel_requested_at is not None:
        end_run(run, RunStatus.CANCELLED, message=gettext("処理していたワーカーが停止しました。"))
    else:
        end_run(
            run, RunStatus.FAILED, code="WORKER_LOST",
            message=gettext("処理していたワーカーが停止しました。書きかけの内容はありません。")
            + (gettext("自動で再試行します。") if will_retry else gettext("すでに一度再試行したため、手動で実行し直してください。")),
        )  # fmt: skip
    if will_retry:
        try:
            retry_run(run)
        except (SyncAlreadyRunning, SourceNotUsable) as reason:
            logger.warning("sync_not_retried", run_id=str(run.pk), reason=str(reason))
    return True
