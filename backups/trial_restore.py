"""Restoring a backup on trial: into a database of its own beside the product's, as an operator would, and proving it there."""

from collections.abc import Callable
from pathlib import Path

from backups.side_database import side_database

_REMEDY = (
    "ALTER ROLE … CREATEDB でデータベースを作る権限を与えるか、BACKUP_REHEARSE_EVERY_DAYS=0 で試行をやめてください。"
)


def restore_on_trial(path: Path, *, show_alive: Callable[[], object]) -> None:
    """Restore the backup, bring it to this release, prove its history. Raises `BackupError` with what went wrong.

    Needs the right to make a database, and room for a second one. What was made is gone afterwards.
    """
    with side_database("trial", remedy=_REMEDY) as trial:
        for words in (
            ["restore", str(path), "--trial"],
            ["migrate", "--noinput"],
            ["verify_history", "--from-beginning"],
        ):
            trial.run(words, show_alive)
