"""What `check_worker`, `check_notifier`, `check_beat` and `check_backups` answer."""

import os
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from logs.liveness import LONGEST_SILENCE, seconds_silent


def report_liveness(part: str) -> str:
    """In words. Raises `CommandError` where `part` has been silent for too long, or was never heard of."""
    if settings.RUNTIME_DIRECTORY is None:
        raise CommandError("PROMETHEUS_MULTIPROC_DIR が設定されていないため、動作を確認できません。")
    _leave_no_counters(settings.RUNTIME_DIRECTORY)
    silent = seconds_silent(part)
    if silent is None:
        raise CommandError(f"{part} はまだ一度も応答していません。")
    if silent > LONGEST_SILENCE[part]:
        raise CommandError(f"{part} の最後の応答から {silent:.0f} 秒たっています（上限 {LONGEST_SILENCE[part]} 秒）。")
    return f"{part} は動いています（最後の応答: {silent:.0f} 秒前）。"


def _leave_no_counters(directory: Path) -> None:
    """Take away this process's files of counters, which count nothing: probes ask every minute, for years."""
    for file in directory.glob(f"*_{os.getpid()}.db"):
        file.unlink(missing_ok=True)
