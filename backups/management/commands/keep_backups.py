"""`manage.py keep_backups FOLDER`: backups by plan, for a container of its own or a job of Kubernetes."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from backups.keeping import is_rehearsal_due, keep_one, rehearse_newest
from backups.retention import BackupPlan, backups_in, is_due, last_until, pause_after
from logs.liveness import note_alive

_LOOK_SECONDS = 20


class Command(BaseCommand):
    """Runs until it is ended; with `--once` it takes one and ends."""

    help = "バックアップを毎日 BACKUP_AT に取り、BACKUP_KEEP_… に従って古いものを消し、ときどき別のデータベースに復元してみます。"
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path, help="バックアップを置くフォルダー")
        parser.add_argument("--once", action="store_true", help="今すぐ 1 回取って終わる（CronJob 用）")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, plan = options["folder"], settings.BACKUP_PLAN
        if not folder.is_dir():
            raise CommandError(f"{folder} がありません。フォルダーを作るか、ボリュームを割り当ててください。")
        if options["once"]:
            if not _keep(folder, plan):
                raise CommandError(
                    "バックアップ、または復元の試行に失敗しました。理由は管理画面の「バックアップ」とログにあります。"
                )
            self.stdout.write(
                self.style.SUCCESS(f"{folder} にバックアップがあります（{len(backups_in(folder))} 個）。")
            )
            return
        failures = 0
        while True:
            note_alive("backup")
            now = timezone.now()
            if is_due(last_until(now, backups_in(folder)), plan, now=now, zone=timezone.get_current_timezone()):
                failures = 0 if _keep(folder, plan) else failures + 1
                _wait(pause_after(failures).total_seconds() if failures else _LOOK_SECONDS)
            else:
                _wait(_LOOK_SECONDS)


def _keep(folder: Path, plan: BackupPlan) -> bool:
    def show_alive() -> None:
        note_alive("backup")

    try:
        is_well = keep_one(folder, plan, show_alive=show_alive)
        if is_well and is_rehearsal_due(plan, now=timezone.now()):
            is_well = rehearse_newest(folder, show_alive=show_alive)
    except DatabaseError:
        is_well = False
    connection.close()
    return is_well


def _wait(seconds: float) -> None:
    """Giving signs of life."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        note_alive("backup")
        time.sleep(min(left, _LOOK_SECONDS))
