"""Backups by plan: taken when due, read again, thinned out, and now and then restored on trial; each outcome recorded."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db import DatabaseError
from django.utils import timezone

from backups.errors import BackupError
from backups.files import check_backup, write_backup
from backups.models import BackupKind
from backups.records import record_outcome, standing_of
from backups.retention import UNFINISHED, BackupPlan, backups_in, moment_of, name_of, newest_backup, superfluous
from backups.taking import take_backup
from backups.trial_restore import restore_on_trial

logger = structlog.get_logger(__name__)

_TROUBLE = (BackupError, DatabaseError, OSError)


def keep_one(folder: Path, plan: BackupPlan, *, show_alive: Callable[[], object]) -> bool:
    """Take a backup into the folder, read every byte of it again, and only then remove what the plan does not keep.

    Returns whether it went well; what went wrong is recorded and logged.
    """
    started_at = timezone.now()
    path = folder / name_of(started_at)

    def report(_size: int) -> None:
        show_alive()

    try:
        manifest = write_backup(path, lambda target: take_backup(target, report=report))
        try:
            check_backup(path, report)
        except BackupError:
            # It would count as the newest, and keep another from being taken.
            path.unlink()
            raise
        size = path.stat().st_size
    except _TROUBLE as error:
        record_outcome(BackupKind.BACKUP, started_at=started_at, file_name=path.name, error=_words(error))
        return False
    rows = sum(manifest.rows_by_table.values())
    record_outcome(
        BackupKind.BACKUP, started_at=started_at, file_name=path.name, size_bytes=size, row_count=rows
    )  # fmt: skip
    thin_out(folder, plan, now=timezone.now())
    return True


def thin_out(folder: Path, plan: BackupPlan, *, now: datetime) -> list[str]:
    """Remove what the plan does not keep, and what was left unfinished by a process that died. Returns the names."""
    finished = backups_in(folder)
    going = [finished[moment] for moment in superfluous(finished, plan, now=now, zone=timezone.get_current_timezone())]
    going += [path for path in folder.glob(f"*{UNFINISHED}") if moment_of(path.name.removesuffix(UNFINISHED))]
    for path in going:
        path.unlink(missing_ok=True)
        logger.info("backup_removed", file=path.name)
    return sorted(path.name for path in going)


def rehearse_newest(folder: Path, *, show_alive: Callable[[], object]) -> bool:
    """Restore the newest backup of the folder on trial. Returns whether it went well; the outcome is recorded."""
    started_at, name = timezone.now(), ""
    try:
        path = newest_backup(folder)
        name = path.name
        restore_on_trial(path, show_alive=show_alive)
    except _TROUBLE as error:
        record_outcome(BackupKind.REHEARSAL, started_at=started_at, file_name=name, error=_words(error))
        return False
    record_outcome(
        BackupKind.REHEARSAL, started_at=started_at, file_name=name, size_bytes=path.stat().st_size
    )  # fmt: skip
    return True


def is_rehearsal_due(plan: BackupPlan, *, now: datetime) -> bool:
    """Whether the last restore on trial that went well is as long ago as the plan says; never, where it says 0."""
    if plan.rehearse_every_days == 0:
        return False
    last = standing_of(BackupKind.REHEARSAL).last_success
    # An hour's grace: a backup a day that ends a little earlier than last week's is a week later all the same.
    return last is None or now - last.started_at >= timedelta(days=plan.rehearse_every_days, hours=-1)


def _words(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or ''}: {error.strerror}".removeprefix(": ")
    return str(error).strip() or type(error).__name__
