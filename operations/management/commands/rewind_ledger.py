"""`manage.py rewind_ledger NUMBER`: what `restore --to-revision` has done in the copy that it makes; nowhere else."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from backups.side_database import is_side_database
from companies.rewind.errors import RevisionOutOfReach
from companies.rewind.rewinding import rewind_ledger
from companies.rewind.undone import Undone
from subscriptions.told.undone import UndoneTelling, undo_telling


class Command(BaseCommand):
    """The ledger and what is told of it in one transaction. A product that is served from the database would tell its followers of
    revisions that are no more: so it is refused everywhere but where a copy was just made.
    """

    help = "restore --to-revision が、自分で作った写しの中で使うコマンドです。製品のデータベースでは実行できません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER", type=int, help="戻す先の改訂の番号")

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_side_database():
            raise CommandError(
                "このデータベースでは実行できません。改訂に戻すには、バックアップから manage.py restore FILE --to-revision を実行してください。"
            )
        try:
            with transaction.atomic():
                undone = rewind_ledger(options["number"])
                telling = undo_telling(undone.revision)
        except RevisionOutOfReach as error:
            raise CommandError(_out_of_reach(error)) from error
        for line in _describe(undone, telling):
            self.stdout.write(line)


def _out_of_reach(error: RevisionOutOfReach) -> str:
    if not error.newest:
        return f"改訂 {error.asked:,} には戻せません。バックアップに改訂が 1 つもありません。別のバックアップを指定してください。"
    return (
        f"改訂 {error.asked:,} には戻せません。このバックアップにあるのは改訂 1 から {error.newest:,} までです。"
        "その範囲の番号を指定するか、より新しいバックアップを使ってください。番号は管理画面の「改訂」で確かめられます。"
    )


def _describe(undone: Undone, telling: UndoneTelling) -> list[str]:
    moment = f"{timezone.localtime(undone.recorded_at):%Y-%m-%d %H:%M:%S}"
    lists = f"上場銘柄一覧 {undone.lists:,} 件、EDINET コード一覧 {undone.issuer_lists:,} 件"
    return [
        f"改訂 {undone.newest:,} から改訂 {undone.revision:,}（{moment} に記録）に戻ります。消える改訂: {undone.revisions:,} 件",
        f"  消える一覧: {lists}。なかったことになる取消: {undone.withdrawals:,} 件",
        f"  消える銘柄の版: {undone.versions_gone:,} 件、元に戻る版: {undone.versions_back:,} 件",
        f"  消える銘柄: {undone.companies_gone:,} 件、元に戻る銘柄: {undone.companies_back:,} 件",
        f"  消える公式日・識別子・発行体・承継: {undone.facts_gone:,} 件、元に戻るもの: {undone.facts_back:,} 件、"
        f"改まる承継の判断: {undone.decisions:,} 件",
        f"  通知されない出来事: {telling.entries:,} 件、送られない配信: {telling.deliveries:,} 件、"
        f"残る内容で作り直す 1 日分のまとめ: {telling.digests:,} 件",
    ]
