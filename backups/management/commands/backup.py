"""`manage.py backup FILE`: the whole database in one file."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from backups.errors import BackupError
from backups.files import write_backup
from backups.manifest import Manifest
from backups.taking import take_backup


class Command(BaseCommand):
    """The file appears whole or not at all, readable for its owner only."""

    help = "データベース全体を 1 つのファイルに保存します。製品は動かしたままで構いません。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="作るファイル（- は標準出力）")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["file"] == "-":
                manifest, size = self._take(sys.stdout.buffer), 0
            else:
                manifest, size = self._take_to(Path(options["file"]))
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{options['file']} に書き込めません（{error.strerror}）。") from error
        lines = [
            f"バックアップ: {len(manifest.rows_by_table)} 個の表、{sum(manifest.rows_by_table.values()):,} 行"
            f"{f'、{size / 1e6:,.1f} MB' if size else ''}",
            *([f"改訂の連鎖の先頭: {manifest.head.revision}:{manifest.head.chain}"] if manifest.head else []),
            "ENCRYPTION_KEYS と SECRET_KEY は含まれません。別の場所に保管してください。",
        ]
        # The standard output may be the backup itself.
        stream = self.stderr if options["file"] == "-" else self.stdout
        for line in lines:
            stream.write(line, self.style.NOTICE if line is lines[-1] else None)

    def _take_to(self, path: Path) -> tuple[Manifest, int]:
        return write_backup(path, self._take), path.stat().st_size

    def _take(self, target: IO[bytes]) -> Manifest:
        with tqdm(desc="バックアップ", unit="B", unit_scale=True, disable=None, leave=False) as bar:
            return take_backup(target, report=bar.update)
