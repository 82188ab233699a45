"""`manage.py restore FILE`: a backup into the database that `DATABASE_URL` names."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from config.backups.archive import open_archive, read_manifest, verify_sql
from config.backups.errors import BackupError
from config.backups.restoring import check_restorable, restore_backup


class Command(BaseCommand):
    """Everything is checked before the first change, and all changes are one transaction."""

    help = "バックアップを復元します。データベースは空でなければなりません（--force は今の内容をすべて捨てます）。"
    # The database may have no tables yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, and whether to replace what is there."""
        parser.add_argument("file", metavar="FILE", help="バックアップのファイル（- は標準入力）")
        parser.add_argument("--force", action="store_true", help="空でないデータベースの内容をすべて捨てて復元する")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, restore, and say what there is now and what remains to be done."""
        path = options["file"]
        try:
            with _opened(path) as file, open_archive(file) as archive:
                manifest = read_manifest(archive)
                pending = check_restorable(manifest, force=options["force"])
                verify_sql(archive, manifest)
                with tqdm(
                    desc="復元", total=manifest.sql_bytes, unit="B", unit_scale=True, disable=None, leave=False
                ) as bar:
                    restore_backup(archive, manifest, report=bar.update)
        except OSError as error:
            raise CommandError(f"{path} を開けません（{error.strerror}）。") from error
        except BackupError as error:
            raise CommandError(f"{path}: {error}") from error
        self.stdout.write(
            self.style.SUCCESS(
                f"{manifest.created_at} のバックアップを復元しました: {len(manifest.rows_by_table)} 個の表、"
                f"{sum(manifest.rows_by_table.values()):,} 行（各表の行数を確認済み）"
            )
        )
        if pending:
            self.stdout.write(f"この版には、まだ適用していないマイグレーションが {len(pending)} 件あります。")
        self.stdout.write("続けて実行してください: manage.py migrate、manage.py verify_history")


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """The file; what comes in through a pipe is put into one, since its end is read first."""
    if path != "-":
        with Path(path).open("rb") as file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(sys.stdin.buffer, copy)
        yield copy
