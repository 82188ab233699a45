"""`manage.py reconcile`: do the official days and the lists agree?"""

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from companies.events.periods import list_days
from companies.issuers.official_dates.accepting import accept_difference, revoke_acceptance
from companies.issuers.official_dates.agreement_report import Agreed, write_report
from companies.issuers.official_dates.causes import Agreement, Cause
from companies.issuers.official_dates.errors import AcceptanceIncomplete, DifferenceNotFound, ExplanationFault
from companies.issuers.official_dates.explained import Difference, Explanation, read_explanations
from companies.issuers.official_dates.reconciliation import Compared
from companies.issuers.official_dates.reconciling import accepted_reasons, count_by_cause, reconcile

_KINDS = {"listed": "上場", "delisted": "廃止"}


class Command(BaseCommand):
    """Exit code 1 where a difference is neither explained by its cause nor accepted by a person."""

    help = "公式の上場日・上場廃止日と、一覧から導いたイベントを照合します（説明のつかない相違があれば終了コード 1）。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="この日（YYYY-MM-DD）以降だけ")
        parser.add_argument("--json", action="store_true", help="すべての相違を 1 行 1 件の JSON で出力する")
        parser.add_argument("--limit", type=int, default=50, help="表示する説明のつかない相違の上限（既定: 50）")
        parser.add_argument("--accept", metavar="KEY", help="この相違を受け入れる（--reason と --by が必要）")
        parser.add_argument("--revoke", metavar="KEY", help="受け入れを取り消す")
        parser.add_argument("--report", type=Path, metavar="FILE", help="照合の全体を Markdown で書き出すファイル")
        parser.add_argument(
            "--causes", type=Path, metavar="FILE",
            help="調べて分かった原因の CSV（kind,code,day,reason,source,checked_on）。当てはまる相違のない行があれば終了コード 1",
        )  # fmt: skip
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], help="--report の言語（既定: 日本語）"
        )
        parser.add_argument("--reason", default="", help="受け入れる理由")
        parser.add_argument("--by", default="", help="受け入れる人の名前")

    def handle(self, *args: Any, **options: Any) -> None:
        """Accept, or compare and tell."""
        if options["accept"] or options["revoke"]:
            self._decide(options)
            return
        agreed = _compare(options)
        compared, open_ones = agreed.compared, agreed.without_cause
        if options["json"]:
            self._write_json(compared)
        else:
            self._write_counts(compared)
            for one in open_ones[: options["limit"]]:
                self.stdout.write(_line(one))
        if options["report"]:
            _write_report(agreed, options["report"], options["language"])
        if open_ones:
            raise CommandError(
                f"説明のつかない相違が {len(open_ones):,} 件あります。調べて、正しければ --accept で受け入れるか、--causes のファイルに書いてください。"
            )
        if agreed.stale:
            told = "、".join(f"{one.kind} {one.code} {one.day}" for one in agreed.stale)
            raise CommandError(f"--causes のファイルに、説明の要る相違のない行があります。消してください: {told}")
        self.stderr.write(self.style.SUCCESS("説明のつかない相違はありません。"))

    def _decide(self, options: dict[str, Any]) -> None:
        try:
            if options["revoke"]:
                revoke_acceptance(options["revoke"])
            else:
                accept_difference(options["accept"], reason=options["reason"], accepted_by=options["by"])
        except DifferenceNotFound as error:
            raise CommandError(f"相違 {error.key} はありません。キーは reconcile の出力にあります。") from error
        except AcceptanceIncomplete as error:
            raise CommandError("--reason と --by を空にはできません。") from error
        self.stdout.write(self.style.SUCCESS("記録しました。"))

    def _write_json(self, compared: Sequence[Compared]) -> None:
        accepted = accepted_reasons()
        for one in compared:
            if one.is_difference:
                reason = accepted[one.key].reason if one.key in accepted else None
                told = {**asdict(one), "key": one.key, "is_explained": one.is_explained, "accepted": reason}
                self.stdout.write(json.dumps(told, ensure_ascii=False, default=str))

    def _write_counts(self, compared: Sequence[Compared]) -> None:
        counts = count_by_cause(compared)
        for agreement, kind, cause, is_explained in sorted(counts):
            mark = "" if is_explained else "【要確認】"
            words = f" {Cause(cause).label}" if cause else ""
            number = counts[agreement, kind, cause, is_explained]
            self.stdout.write(f"{Agreement(agreement).label} {_KINDS[kind]} {number:,} 件{words}{mark}")


def _compare(options: dict[str, Any]) -> Agreed:
    since: date | None = options["since"]
    accepted = {key: one.reason for key, one in accepted_reasons().items()}
    explanations = {of: one for of, one in _read_causes(options["causes"]).items() if since is None or one.day >= since}
    return Agreed(reconcile(since=since), list_days(), explanations, accepted)


def _read_causes(path: Path | None) -> dict[Difference, Explanation]:
    if path is None:
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return read_explanations(file)
    except ExplanationFault as error:
        raise CommandError(f"{path} の {error.line} 行目: {error.reason}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} を UTF-8 の CSV として読めません。") from error


def _write_report(agreed: Agreed, path: Path, language: str | None) -> None:
    with translation.override(language or settings.LANGUAGE_CODE):
        text = write_report(agreed)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} に書けません（{error.strerror}）。") from error


def _line(one: Compared) -> str:
    when = f"一覧 {one.observed_after}〜{one.day}" if one.day else "一覧なし"
    return f"  {one.code} {one.company_name}: 公式 {one.official_on or 'なし'}、{when}、{Cause(one.cause).label}（{one.key}）"
