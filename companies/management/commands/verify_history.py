"""`manage.py verify_history`: is the stored history what follows from the ledger?"""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from companies.choices import ProofOrigin
from companies.ledger.chain_proof import ChainProof, Head
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
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            type=_read_head,
            metavar="番号:ハッシュ値",
            help="控えておいた連鎖の先頭（改訂の番号と 64 桁のハッシュ値）。それまでの改訂が控えたときのままか検証します。複数指定できます。",
        )
        parser.add_argument("--limit", type=int, default=20, help="表示する相違の上限（既定: 20）")

    def handle(self, *args: Any, **options: Any) -> None:
        proof = prove_and_record(ProofOrigin.COMMAND, from_beginning=options["from_beginning"], heads=options["head"])
        if not proof.differences:
            self.stdout.write(self.style.SUCCESS("履歴はスナップショットと一致しています。"))
            self.stdout.write(_describe(proof))
            self.stdout.write(_describe_chain(proof.chain, options["head"]))
            return
        for difference in proof.differences[: options["limit"]]:
            self.stderr.write(str(difference))
        raise CommandError(
            f"{len(proof.differences):,} 件の相違があります。`manage.py rebuild_history` で導出し直せます。"
            "スナップショット自体の破損と、改訂の連鎖（ハッシュ値）の相違は、導出し直しても直りません。バックアップから復元してください。"
        )


def _read_head(text: str) -> Head:
    try:
        return Head.read(text)
    except ValueError as error:
        message = "改訂の番号と 64 桁の 16 進数を、コロンでつないで指定してください（例: 123:9f86d0…）。"
        raise ArgumentTypeError(message) from error


def _describe_chain(chain: ChainProof, heads: Sequence[Head]) -> str:
    """The head, to be written down; and what has none yet."""
    if not chain.head.revision:
        return "改訂の連鎖: ハッシュ値のある改訂はまだありません。"
    lines = [f"改訂の連鎖の先頭: {chain.head.revision}:{chain.head.chain}（このデータベースの外に控えてください）"]
    lines += [f"控えの改訂 {head.revision} までは、控えたときのままです。" for head in heads]
    if chain.unchained:
        lines.append(
            f"新しい {chain.unchained:,} 件の改訂には、まだハッシュ値がありません（前の版が書いたもの）。次の変更のときに付きます。"
        )
    return "\n".join(lines)


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
