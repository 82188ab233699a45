"""`manage.py verify_history`: is the stored history what follows from the ledger?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.choices import ProofOrigin
from companies.ledger.history_proof import Proof
from companies.ledger.proof_records import prove_and_record
from companies.models import HistoryCheckpoint


class Command(BaseCommand):
    """Exit code 1 and a list of the differences when it is not."""

    help = (
        "スナップショットを再生し、保存されている履歴・現在値と一致するか検証します（不一致なら終了コード 1）。"
        "前回の検証の内容が変わっていなければ、その続きから検証します。結果は管理画面の「履歴の検証」に残ります。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--from-beginning",
            action="store_true",
            help="前回までの検証結果によらず、最初の一覧から検証し直します。",
        )
        parser.add_argument("--limit", type=int, default=20, help="表示する相違の上限（既定: 20）")

    def handle(self, *args: Any, **options: Any) -> None:
        proof = prove_and_record(ProofOrigin.COMMAND, from_beginning=options["from_beginning"])
        if not proof.differences:
            self.stdout.write(self.style.SUCCESS("履歴はスナップショットと一致しています。"))
            self.stdout.write(_describe(proof))
            return
        for difference in proof.differences[: options["limit"]]:
            self.stderr.write(str(difference))
        raise CommandError(
            f"{len(proof.differences):,} 件の相違があります。`manage.py rebuild_history` で導出し直せます。"
            "スナップショット自体の破損はバックアップから復元してください。"
        )


def _describe(proof: Proof) -> str:
    """What was proven anew, and since when the rest is."""
    if not proof.since:
        return f"改訂 {proof.until:,} まで、最初の一覧から検証しました。"
    whole = HistoryCheckpoint.objects.filter(rests_on=0, revision__lte=proof.since).order_by("-proven_at").first()
    when = timezone.localtime(whole.proven_at).strftime("%Y-%m-%d %H:%M") if whole else "不明"
    return (
        f"改訂 {proof.since:,} までは検証した内容から変わっていないことを確かめ、その後の改訂 {proof.until:,} までを再生しました"
        f"（最初の一覧からの検証は {when}。やり直すには --from-beginning）。"
    )
