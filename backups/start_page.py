"""What the admin's first page says of backups."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backups.models import BackupKind
from backups.records import Standing, standing_of

#: As the alerts have it: a backup a day, and as much again of the plan for a restore on trial.
_BACKUP_LATE = timedelta(hours=26)


def backup_figures(now: datetime) -> dict[str, Any]:
    """How backups and restores on trial stand: each with a word and a colour; green only while one is fresh and good."""
    every = settings.BACKUP_PLAN.rehearse_every_days
    lines = [(_("バックアップ"), standing_of(BackupKind.BACKUP), _BACKUP_LATE)]
    if every:
        lines.append((_("復元の試行"), standing_of(BackupKind.REHEARSAL), timedelta(days=2 * every)))
    return {
        "backup_lines": [
            (title, standing.last_success, *_judge(standing, late, now)) for title, standing, late in lines
        ]
    }  # fmt: skip


def _judge(standing: Standing, late: timedelta, now: datetime) -> tuple[str, str]:
    if standing.is_failing:
        return _("失敗"), "danger"
    if standing.last_success is None:
        return _("まだありません"), "warning"
    if now - standing.last_success.started_at > late:
        return _("古い"), "danger"
    return _("正常"), "success"
