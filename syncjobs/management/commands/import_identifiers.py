"""`manage.py import_identifiers FILE…`: put ISINs, FIGIs and LEIs into the ledger."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from companies.issuers.identifiers.csv_file import IdentifierFile, read_identifiers
from companies.issuers.identifiers.errors import IdentifiersRefused, RowFault
from companies.issuers.identifiers.importing import ImportedIdentifiers, import_identifiers, preview_identifiers

#: Of one file; the rest is counted.
_SHOWN_FAULTS = 50


class Command(BaseCommand):
    """A file is taken whole or not at all; a refused one does not undo the others, but the exit code is 1."""

    help = (
        "識別子（ISIN・FIGI・LEI）の CSV を取り込みます。列名は code,scheme,value,valid_from,valid_until,origin（日本語も可）、"
        "または code,isin,figi,lei。誤った行が 1 つでもあるファイルは、取り込みません。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV ファイル")
        parser.add_argument("--origin", default="", help="出所（origin の列がない行に記録する。既定はファイル名）")
        parser.add_argument("--dry-run", action="store_true", help="変わることを表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        apply = preview_identifiers if options["dry_run"] else import_identifiers
        lines, failures = list[str](), list[str]()
        for path in tqdm(options["files"], desc="取込", unit="件", disable=None, leave=False):
            try:
                file = _read(path, options["origin"])
            except OSError as error:
                failures.append(f"{path}: ファイルを開けません（{error.strerror}）。")
            except IdentifiersRefused as refusal:
                failures += _list_faults(path, refusal.faults)
            else:
                result = apply(file.statements)
                lines.append(_describe(path, result))
                lines += [f"  注意: {warning}" for warning in (*file.warnings, *result.warnings)]
        for line in lines:
            self.stdout.write(line)
        if options["dry_run"]:
            self.stdout.write("--dry-run のため、何も書き込んでいません。")
        if failures:
            raise CommandError("\n".join(["取り込めなかったファイルがあります。", *failures]))


def _read(path: Path, origin: str) -> IdentifierFile:
    return read_identifiers(path.read_bytes(), origin=origin.strip() or path.name)


def _list_faults(path: Path, faults: list[RowFault]) -> list[str]:
    told = [
        f"{path}: {f'{fault.line} 行目 ' if fault.line else ''}{fault.field}: {fault.words}"
        for fault in faults[:_SHOWN_FAULTS]
    ]
    more = len(faults) - len(told)
    return [*told, f"{path}: ほか {more:,} 件"] if more else told


def _describe(path: Path, result: ImportedIdentifiers) -> str:
    numbers = (
        f"全 {result.total:,} 件（新規 {result.new:,}、訂正 {result.corrected:,}、変更なし {result.unchanged:,}、"
        f"終わりが決まった既知のもの {result.ended:,}）"
    )
    return f"{path.name}: {'取込' if result.revision else '変更なし（取込済み）'} {numbers}"
