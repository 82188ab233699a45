"""`manage.py rebuild_history`: derive versions and companies anew from the ledger."""

from typing import Any

from django.core.management.base import BaseCommand

from companies.ledger.history_proof import rebuild_history


class Command(BaseCommand):
    """Safe to run at any time: one transaction, and nothing changes where the history was right."""

    help = "全スナップショットから版と現在値を導出し直します。"

    def handle(self, *args: Any, **options: Any) -> None:
        count = rebuild_history()
        self.stdout.write(self.style.SUCCESS(f"{count:,} 銘柄の履歴を導出しました。"))
