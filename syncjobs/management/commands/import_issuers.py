"""`manage.py import_issuers FILE…`: put EDINET's code lists into the ledger."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from companies.issuers.errors import IssuerListRefused
from companies.issuers.issuer_lists import AppliedIssuerList, apply_issuer_list, preview_issuer_list
from companies.issuers.lineage.proposals import propose_after_changes
from companies.issuers.refusal_wording import explain_issuer_refusal
from companies.ledger.snapshots import Outcome
from datasources.errors import ListFileError
from datasources.issuer_providers import IssuerFile, issuer_list_provider


class Command(BaseCommand):
    """All files are read before the first is applied; a refused one does not undo the others, but the exit code is 1."""

    help = "EDINET コードリスト（Edinetcode_YYYYMMDD.zip、または中の CSV）を取り込みます。複数のファイルを任意の順に指定できます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="EDINET コードリスト")
        parser.add_argument(
            "--force", action="store_true", help="確認が必要な一覧（件数が少ない、文字化けがある）も取り込む"
        )
        parser.add_argument("--dry-run", action="store_true", help="結果を表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, then apply from the oldest to the newest."""
        lists, failures = self._read(options["files"])
        lists.sort(key=lambda pair: pair[1].date_in_force)
        lines: list[str] = []
        for path, found in tqdm(lists, desc="取込", unit="件", disable=None, leave=False):
            try:
                result = self._apply(found, force=options["force"], is_dry_run=options["dry_run"])
            except IssuerListRefused as refusal:
                hint = "（--force で取り込めます）" if refusal.can_be_forced else ""
                failures.append(f"{path}: {explain_issuer_refusal(refusal)}{hint}")
            else:
                lines.append(_describe(path, result, found.individuals))
                lines.extend(f"  注意: {warning}" for warning in found.warnings)
        for line in lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("--dry-run のため、何も書き込んでいません。")
        else:
            propose_after_changes()
        if failures:
            raise CommandError("\n".join(["取り込めなかったファイルがあります。", *failures]))

    def _read(self, paths: list[Path]) -> tuple[list[tuple[Path, IssuerFile]], list[str]]:
        lists, failures = [], []
        for path in tqdm(paths, desc="読込", unit="件", disable=None, leave=False):
            try:
                lists.append((path, issuer_list_provider().read_file(path.read_bytes(), today=timezone.localdate())))
            except OSError as error:
                failures.append(f"{path}: ファイルを開けません（{error.strerror}）。")
            except ListFileError as error:
                failures.append(f"{path}: {error}")
        return lists, failures

    def _apply(self, found: IssuerFile, *, force: bool, is_dry_run: bool) -> AppliedIssuerList:
        if not is_dry_run:
            return apply_issuer_list(found.date_in_force, found.filers, force=force)
        preview = preview_issuer_list(found.date_in_force, found.filers)
        if preview.refusal is not None and not force:
            raise preview.refusal
        return preview.result


def _describe(path: Path, result: AppliedIssuerList, individuals: int) -> str:
    outcome = "変更なし（取込済み）" if result.outcome is Outcome.UNCHANGED else "取込"
    return (
        f"{result.date_in_force} {path.name}: {outcome} 提出者 {result.total:,} 件（証券コードあり {result.listed:,}、"
        f"個人 {individuals:,} 件は取り込みません）、新しい発行体 {result.new_issuers:,}、"
        f"発行体の情報が変わった銘柄 {result.companies:,}"
    )
