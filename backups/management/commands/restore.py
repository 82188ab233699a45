"""`manage.py restore FILE`: a backup into the database that `DATABASE_URL` names; with `--to-revision` as it was at an earlier revision."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from backups.errors import BackupError
from backups.management.restore_to_revision import RestoreToRevision
from backups.reading import open_backup
from backups.restoring import check_restorable, restore_backup


class Command(BaseCommand):
    """All changes are one transaction, which ends only after the last byte was found right and all rows were counted."""

    help = "バックアップを復元します。データベースは空でなければなりません（--force は今の内容をすべて捨てます）。"
    # The database may have no tables yet.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What, how far back, and whether to replace what is there."""
        parser.add_argument(
            "file", metavar="FILE", help="バックアップのファイル（フォルダーはその中の最新、- は標準入力）"
        )
        parser.add_argument("--force", action="store_true", help="空でないデータベースの内容をすべて捨てて復元する")
        parser.add_argument(
            "--trial", action="store_true", help="製品が使っていないデータベースへの試行（キャッシュには知らせない）"
        )
        back = parser.add_argument_group("改訂に戻す")
        back.add_argument(
            "--to-revision", metavar="N", type=int,
            help="台帳を改訂 N の時点に戻して復元する（件数を示してから尋ねる。今の内容は --keep に残す）",
        )  # fmt: skip
        back.add_argument("--dry-run", action="store_true", help="件数を示すだけで、データベースには何もしない")
        back.add_argument("--yes", action="store_true", help="尋ねずに進める")
        back.add_argument(
            "--keep", metavar="FILE", type=Path,
            help="今の内容のバックアップを置くファイル（既定: 復元元と同じフォルダーの before-revision-….backup）",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, restore, and say what there is now and what remains to be done."""
        path = str(options["file"])
        try:
            if options["to_revision"] is None:
                self._refuse_options(options)
                self._restore(path, options)
            else:
                RestoreToRevision(path, options, self.stdout.write).run()
        except OSError as error:
            raise CommandError(f"{error.filename or path} を開けません（{error.strerror}）。") from error
        except BackupError as error:
            raise CommandError(f"{path}: {error}") from error

    def _refuse_options(self, options: dict[str, Any]) -> None:
        for name in ("dry_run", "yes", "keep"):
            if options[name]:
                raise CommandError(f"--{name.replace('_', '-')} は --to-revision とともに指定してください。")

    def _restore(self, path: str, options: dict[str, Any]) -> None:
        with open_backup(path) as backup:
            manifest = backup.manifest
            pending = check_restorable(manifest, force=options["force"])
            size = Path(path).stat().st_size if Path(path).is_file() and not backup.is_sql else None
            with tqdm(desc="復元", total=size, unit="B", unit_scale=True, disable=None, leave=False) as bar:
                restore_backup(backup, report=bar.update, is_served=not options["trial"])
        self.stdout.write(
            self.style.SUCCESS(
                f"{manifest.created_at} のバックアップを復元しました: {len(manifest.rows_by_table)} 個の表、"
                f"{sum(manifest.rows_by_table.values()):,} 行（各表の行数を確認済み）"
            )
        )
        if (head := manifest.head) is not None:
            self.stdout.write(f"改訂の連鎖の先頭: {head.revision}:{head.chain}（バックアップと一致することを確認済み）")
        if pending:
            self.stdout.write(f"この版には、まだ適用していないマイグレーションが {len(pending)} 件あります。")
        self.stdout.write("続けて実行してください: manage.py migrate、manage.py verify_history")
