"""`manage.py check_notifier`: whether the worker of this machine that tells others is alive, for probes of containers."""

from typing import Any

from django.core.management.base import BaseCommand

from operations.management.liveness_report import report_liveness


class Command(BaseCommand):
    """Exit code 0 while it is."""

    help = "この環境の notifier（通知の送信）が動いているかを調べます。動いていなければ終了コード 1 です。"
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(report_liveness("notifier"))
