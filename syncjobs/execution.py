"""Working on a run in a worker: every way it can end is written down here."""

from uuid import UUID

import structlog
from django.utils.translation import gettext

from config.database import is_unavailable
from datasources.connection_check import WORKS, note_outcome
from datasources.errors import SourceError
from datasources.jquants.client import open_client
from datasources.yahoo.client import open_yahoo_client
from syncjobs.backfill import bring_in_range
from syncjobs.choices import RunKind, RunStatus
from syncjobs.errors import RunCancelled, RunLost
from syncjobs.listing_sync import bring_in_listing
from syncjobs.models import SyncRun
from syncjobs.patience import outlast_restart
from syncjobs.progress import Progress, beating
from syncjobs.quote_refresh import bring_in_quotes
from syncjobs.runs import change_status, claim_run

logger = structlog.get_logger(__name__)


def execute_run(run_id: UUID) -> None:
    """Do the work of a queued run and write how it ended. A run that is not queued is left alone.

    Errors of ours are written to the run and raised as well; everything else only ends the run.
    """
    run = claim_run(run_id)
    if run is None:
        logger.info("sync_not_claimed", run_id=str(run_id))
        return
    with structlog.contextvars.bound_contextvars(run_id=str(run_id)), beating(run_id):
        try:
            _work(run)
        except RunCancelled:
            end_run(run, RunStatus.CANCELLED)
        except RunLost:
            logger.warning("sync_lost")
        except SourceError as error:
            note_outcome(run.source, error.code, error.message)
            end_run(run, RunStatus.FAILED, code=error.code, message=error.message)
        except Exception as error:
            code, message = (
                (
                    "DATABASE_UNAVAILABLE",
                    gettext("データベースに接続できなかったため、中断しました。何も書き込んでいません。"),
                )
                if is_unavailable(error)
                else (
                    "INTERNAL_ERROR",
                    gettext("内部エラーのため、中断しました。何も書き込んでいません。ログを確認してください。"),
                )
            )
            end_run(run, RunStatus.FAILED, code=code, message=message)
            raise


def end_run(run: SyncRun, status: RunStatus, *, code: str = "", message: str = "") -> None:
    """Write the end of a run and of the day of a back-fill that was being worked on."""

    def write() -> None:
        for child in run.children.filter(status=RunStatus.RUNNING):
            change_status(child.pk, status, error_code=code, error_message=message)
        change_status(run.pk, status, error_code=code, error_message=message)

    outlast_restart(write)


def _work(run: SyncRun) -> None:
    progress = Progress(run.pk)
    if run.listing is not None:
        bring_in_listing(run, None, progress)
        return
    if run.kind == RunKind.QUOTES:
        with open_yahoo_client(run.source, progress.check_cancelled) as quotes:
            bring_in_quotes(run, quotes, progress)
        note_outcome(run.source, WORKS, gettext("株価を取得できました。"))
        return
    with open_client(run.source, progress.check_cancelled) as client:
        if run.kind == RunKind.BACKFILL:
            bring_in_range(run, client, progress)
        else:
            bring_in_listing(run, client, progress)
        note_outcome(run.source, WORKS, gettext("同期できました。認証情報は有効です。"))
