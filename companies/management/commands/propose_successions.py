"""`manage.py propose_successions [--dry-run]`: which issue may have come after which, by all lists that are there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from companies.issuers.lineage.proposals import propose_successions


class Command(BaseCommand):
    """A second run changes nothing; what a person decided stays."""

    help = "取り込んだ一覧から、銘柄の承継（前身と後継）の提案を作り直します。人が確認・却下したものは変わりません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="変わることを表示するだけで、何も書き込まない")

    def handle(self, *args: Any, **options: Any) -> None:
        result = propose_successions(is_dry_run=options["dry_run"])
        for label, pairs in (
            ("新しい提案", result.proposed), ("変わった提案", result.changed), ("消えた提案", result.removed),
            ("確認済みになったもの", result.confirmed), ("取り下げたもの", result.withdrawn),
        ):  # fmt: skip
            if pairs and options["verbosity"] > 1:
                self.stdout.write("\n".join(f"{label}: {before} → {after}" for before, after in pairs))
            self.stdout.write(f"{label}: {len(pairs)} 件")
        if options["dry_run"]:
            self.stdout.write("何も書き込んでいません（--dry-run）。")
