"""`manage.py withdraw_entry DATE --reason … --by …`: take a list back, as a new fact."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.errors import EntryNotFound
from companies.ledger.withdrawal_wording import describe_result, summarise_preview
from companies.ledger.withdrawals import preview_withdrawal, withdraw_entry
from companies.models import ListingSnapshot


class Command(BaseCommand):
    """The entry stays with the reason and the name; history is as if it had never come. A second time changes nothing."""

    help = "取り込んだ一覧を取り消します。一覧は理由とともに残り、履歴はそれがなかったものとして導出されます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("date", nargs="?", type=date.fromisoformat, help="この基準日（YYYY-MM-DD）に有効な一覧")
        which.add_argument("--entry", type=int, help="スナップショットの番号（有効でないものも取り消せる）")
        parser.add_argument("--reason", required=True, help="取り消す理由")
        parser.add_argument("--by", required=True, help="取り消す人の名前")
        parser.add_argument("--dry-run", action="store_true", help="変わることを表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        entry_id = options["entry"] or _holding_on(options["date"])
        if not options["reason"].strip() or not options["by"].strip():
            raise CommandError("--reason と --by を空にはできません。")
        try:
            if options["dry_run"]:
                self.stdout.write(summarise_preview(preview_withdrawal(entry_id)))
                return
            result = withdraw_entry(entry_id, reason=options["reason"], withdrawn_by=options["by"])
        except EntryNotFound as error:
            raise CommandError(
                f"番号 {error.entry_id} のスナップショットはありません。番号は管理画面か /api/v1/snapshots で確認できます。"
            ) from error
        self.stdout.write(self.style.SUCCESS(describe_result(result)))


def _holding_on(day: date) -> int:
    entry = ListingSnapshot.objects.holding().filter(date_in_force=day).values_list("pk", flat=True).first()
    if entry is None:
        raise CommandError(
            f"{day} を基準日とする有効な一覧はありません（取消済みの場合も含む）。--entry で番号を指定できます。"
        )
    return int(entry)
