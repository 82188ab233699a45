"""What the admin's first page says of backups."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backups.models import BackupKind
from backups.records import standing_of

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
            (title, standing.last_success, standing.condition(late, now)) for title, standing, late in lines
        ]
    }  # fmt: skip
