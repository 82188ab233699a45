"""`manage.py import_listing FILE…`: put JPX's lists into the ledger."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from api.front.lease_time import waiting_once
from companies.errors import SnapshotRefused
from companies.issuers.lineage.proposals import propose_after_changes
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshots import AppliedSnapshot, Outcome
from datasources.errors import ListFileError
from datasources.file_providers import FileList
from syncjobs.list_files import import_list, preview_list, read_list_file

_OUTCOMES = {
    Outcome.APPLIED: "取込",
    Outcome.UNCHANGED: "変更なし（取込済み）",
    Outcome.RECORDED: "記録のみ（同日の J-Quants の一覧が優先）",
}


class Command(BaseCommand):
    """All files are read before the first is applied; a refused one does not undo the others, but the exit code is 1."""

    help = "JPX の上場銘柄一覧（data_j.xls・.xlsx・.csv）を取り込みます。複数のファイルを任意の順に指定でき、古い順に取り込みます。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="一覧ファイル")
        parser.add_argument(
            "--force",
            action="store_true",
            help="確認が必要な一覧（件数が少ない、変化が多い、文字化けがある）も取り込む（空・重複・欠落・使えない文字は取り込めません）",
        )
        parser.add_argument("--dry-run", action="store_true", help="差分を表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, then apply from the oldest to the newest."""
        listings, failures = self._read(options["files"])
        listings.sort(key=lambda pair: pair[1].date_in_force)
        lines: list[str] = []
        with waiting_once():
            for path, listing in tqdm(listings, desc="取込", unit="件", disable=None, leave=False):
                try:
                    result = self._apply(listing, force=options["force"], is_dry_run=options["dry_run"])
                except SnapshotRefused as refusal:
                    hint = "（--force で取り込めます）" if refusal.can_be_forced else ""
                    failures.append(f"{path}: {explain_refusal(refusal)}{hint}")
                else:
                    lines.append(_describe(path, result))
                    lines.extend(f"  注意: {warning}" for warning in listing.warnings)
        for line in lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("--dry-run のため、何も書き込んでいません。")
        else:
            propose_after_changes()
        if failures:
            raise CommandError("\n".join(["取り込めなかったファイルがあります。", *failures]))

    def _read(self, paths: list[Path]) -> tuple[list[tuple[Path, FileList]], list[str]]:
        listings, failures = [], []
        for path in tqdm(paths, desc="読込", unit="件", disable=None, leave=False):
            try:
                listings.append((path, read_list_file(path.read_bytes())))
            except OSError as error:
                failures.append(f"{path}: ファイルを開けません（{error.strerror}）。")
            except ListFileError as error:
                failures.append(f"{path}: {error}")
        return listings, failures

    def _apply(self, listing: FileList, *, force: bool, is_dry_run: bool) -> AppliedSnapshot:
        if not is_dry_run:
            return import_list(listing, force=force).result
        preview = preview_list(listing)
        if preview.refusal is not None and not force:
            raise preview.refusal
        return preview.result


def _describe(path: Path, result: AppliedSnapshot) -> str:
    return (
        f"{result.date_in_force} {path.name}: {_OUTCOMES[result.outcome]} 全 {result.total:,} 件"
        f"（新規 {result.new:,}、変更 {result.updated:,}、廃止 {result.deactivated:,}、変更なし {result.unchanged:,}）"
        f" イベント {result.events:,} 件"
    )
