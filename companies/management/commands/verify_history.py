"""`manage.py verify_history`: is the stored history what follows from the ledger?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.ledger.history_proof import verify_history


class Command(BaseCommand):
    """Exit code 1 and a list of the differences when it is not."""

    help = "全スナップショットを再生し、保存されている履歴・現在値と一致するか検証します（不一致なら終了コード 1）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, default=20, help="表示する相違の上限（既定: 20）")

    def handle(self, *args: Any, **options: Any) -> None:
        differences = verify_history()
        if not differences:
            self.stdout.write(self.style.SUCCESS("履歴はスナップショットと一致しています。"))
            return
        for difference in differences[: options["limit"]]:
            self.stderr.write(str(difference))
        raise CommandError(
            f"{len(differences):,} 件の相違があります。`manage.py rebuild_history` で導出し直せます。"
            "スナップショット自体の破損はバックアップから復元してください。"
        )
