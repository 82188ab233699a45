"""`manage.py withdraw_issuer_list DATE --reason … --by …`: take an EDINET code list back, as a new fact."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from companies.issuers.errors import IssuerListNotFound
from companies.issuers.issuer_lists import preview_issuer_withdrawal, withdraw_issuer_list
from companies.models import IssuerList


class Command(BaseCommand):
    """The list stays with the reason and the name; issuers are as if it had never come. A second time changes nothing."""

    help = "取り込んだ EDINET コード一覧を取り消します。一覧は理由とともに残り、発行体はそれがなかったものとして導出されます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("date", nargs="?", type=date.fromisoformat, help="この基準日（YYYY-MM-DD）に有効な一覧")
        which.add_argument("--entry", type=int, help="一覧の番号（管理画面の EDINET コード一覧にある）")
        parser.add_argument("--reason", required=True, help="取り消す理由")
        parser.add_argument("--by", required=True, help="取り消す人の名前")
        parser.add_argument("--dry-run", action="store_true", help="変わることを表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say of how many companies something else is told since."""
        reason, by = options["reason"].strip(), options["by"].strip()
        if not reason or not by:
            raise CommandError("--reason と --by を空にはできません。")
        list_id = options["entry"] or _holding_on(options["date"])
        if IssuerList.objects.filter(pk=list_id, withdrawal__isnull=False).exists():
            self.stdout.write(f"一覧 {list_id} はすでに取り消されています。何も変わりません。")
            return
        try:
            if options["dry_run"]:
                changed = preview_issuer_withdrawal(list_id)
            else:
                changed = withdraw_issuer_list(list_id, reason=reason, withdrawn_by=by)
        except IssuerListNotFound as error:
            raise CommandError(f"番号 {error.list_id} の EDINET コード一覧はありません。") from error
        ending = "変わります（--dry-run のため、何も書き込んでいません）。" if options["dry_run"] else "変わりました。"
        self.stdout.write(f"一覧 {list_id} の取消: {len(changed):,} 銘柄の発行体の情報が{ending}")


def _holding_on(day: date) -> int:
    entry = IssuerList.objects.filter(date_in_force=day, is_superseded=False).values_list("pk", flat=True).first()
    if entry is None:
        raise CommandError(f"{day} を基準日とする有効な EDINET コード一覧はありません。--entry で番号を指定できます。")
    return int(entry)
