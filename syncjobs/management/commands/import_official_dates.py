"""`manage.py import_official_dates FILE…`: days of listing and delisting, from JPX's saved pages or CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from companies.issuers.official_dates.errors import OfficialDatesHeld, OfficialDayTwice
from companies.issuers.official_dates.importing import (
    ImportedDates,
    import_official_dates,
    preview_official_dates,
)
from companies.issuers.official_dates.wording import describe_import, explain_refusal
from datasources.errors import ListFileError
from datasources.file_providers import file_provider
from datasources.official_files import OfficialFile, OfficialFileError

_SHOWN = 20


class Command(BaseCommand):
    """All files are read before the first is imported; each is taken wholly or not at all. Exit code 1 where one was refused."""

    help = (
        "公式の上場日・上場廃止日を取り込みます。JPX の上場廃止銘柄一覧・新規上場のページを保存した HTML（1 年分がそろっているものとし、"
        "なくなった予定は取り下げます）か、CSV（delisted_on,code など。加えるだけ）を指定します。同じファイルを再び指定しても何も変わりません。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="HTML または CSV")
        parser.add_argument("--origin", help="出所（既定: HTML は JPX、CSV は CSV）")
        parser.add_argument(
            "--replace", action="store_true", help="14 日以内の近い日が既にあるとき、このファイルの日に改める"
        )
        parser.add_argument(
            "--force", action="store_true", help="前に取り込んだページの半分以上がなくなっていても取り込む"
        )
        parser.add_argument("--dry-run", action="store_true", help="変わることを表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        """Read everything, then import in the order of the arguments."""
        files, failures = self._read(options["files"])
        lines: list[str] = []
        for path, file in tqdm(files, desc="取込", unit="件", disable=None, leave=False):
            try:
                done = _import(file, options)
            except (OfficialDayTwice, OfficialDatesHeld) as error:
                failures.append(f"{path}: {explain_refusal(error)}")
            else:
                lines += [f"{path.name}: {describe_import(done)}", *_notes(file, done)]
        for line in lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("--dry-run のため、何も書き込んでいません。")
        if failures:
            raise CommandError("\n".join(["取り込めなかったファイルがあります。", *failures]))

    def _read(self, paths: list[Path]) -> tuple[list[tuple[Path, OfficialFile]], list[str]]:
        files, failures, provider, today = [], [], file_provider(), timezone.localdate()
        for path in tqdm(paths, desc="読込", unit="件", disable=None, leave=False):
            try:
                files.append((path, provider.read_official_file(path.read_bytes(), today=today)))
            except OSError as error:
                failures.append(f"{path}: ファイルを開けません（{error.strerror}）。")
            except OfficialFileError as error:
                failures.append("\n  ".join([f"{path}:", *error.problems]))
            except ListFileError as error:
                failures.append(f"{path}: {error}")
        return files, failures


def _import(file: OfficialFile, options: dict[str, Any]) -> ImportedDates:
    act = preview_official_dates if options["dry_run"] else import_official_dates
    return act(
        file.days, origin=options["origin"] or file.origin, covers=file.covers, replaces=options["replace"],
        force=options["force"],
    )  # fmt: skip


def _notes(file: OfficialFile, done: ImportedDates) -> list[str]:
    notes = [f"注意: {warning}" for warning in file.warnings]
    notes += [
        f"注意: {told.code} の {told.official_on} は取り込みません。近い {known.official_on} が既にあります（--replace で改められます）"
        for told, known in done.contradicted
    ]
    notes += [f"取り下げ: {day.code} {day.official_on}" for day in done.withdrawn]
    more = [f"ほかに {len(notes) - _SHOWN:,} 件"] if len(notes) > _SHOWN else []
    return [f"  {note}" for note in (*notes[:_SHOWN], *more)]
