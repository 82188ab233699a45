"""What `restore --to-revision` does, in the order in which a person follows it."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection
from tqdm import tqdm

from backups.errors import BackupError
from backups.files import write_backup
from backups.restoring import check_place
from backups.rewound import Rewound, put_in_place, rewound_backup
from backups.taking import take_backup


class RestoreToRevision:
    """1. What cannot be is refused, 2. a copy is made, taken back and proven beside the product, 3. what that means is said in numbers
    and asked, 4. what there is is kept in a backup, 5. the copy takes its place in one transaction.

    Ended anywhere before 5. it leaves the database as it was; within 5. as every restore does.
    """

    def __init__(self, path: str, options: dict[str, Any], tell: Callable[[str], object]) -> None:
        self._path, self._options, self._tell = path, options, tell
        self._revision: int = options["to_revision"]

    def run(self) -> None:
        """Raises `BackupError`, and `OSError` where a file cannot be read or written."""
        self._refuse_what_cannot_be()
        is_filled = self._check_place()
        keep = self._place_to_keep() if is_filled and not self._options["dry_run"] else None
        with rewound_backup(self._path, self._revision, report=self._report) as rewound:
            self._tell(rewound.words.rstrip())
            self._tell("  利用者・API キー・購読・変更の記録・スケジュール・同期の記録は、バックアップのままです。")
            if self._options["dry_run"]:
                self._tell("--dry-run のため、データベースには何もしていません。")
                return
            self._ask(keep)
            # Who started the product meanwhile is told now.
            self._check_place()
            if keep is not None:
                write_backup(keep, lambda target: take_backup(target, report=lambda _size: None))
                self._tell(f"今の内容のバックアップ: {keep}")
            self._put_in_place(rewound)
        self._tell(
            f"改訂 {self._revision:,} の時点に復元しました（履歴は検証済み）。フィードの epoch は新しくなりました。"
        )
        if keep is not None:
            self._tell(f"元に戻すには: manage.py restore --force {keep}")

    def _refuse_what_cannot_be(self) -> None:
        if self._options["trial"]:
            raise BackupError("--trial と --to-revision は同時に指定できません。")
        if self._revision < 1:
            raise BackupError("--to-revision には 1 以上の改訂の番号を指定してください。")
        if not self._options["yes"] and not self._options["dry_run"] and not self._can_ask():
            raise BackupError(
                "端末から実行していないため尋ねられません。--dry-run で件数を確かめてから --yes を付けてください。"
            )

    def _can_ask(self) -> bool:
        return self._path != "-" and sys.stdin.isatty()

    def _check_place(self) -> bool:
        """A dry run replaces nothing, and may go on beside the product."""
        return not self._options["dry_run"] and check_place(force=self._options["force"])

    def _place_to_keep(self) -> Path:
        """Known before the work begins: also that it is no file yet."""
        keep: Path | None = self._options["keep"]
        if keep is None:
            if self._path == "-":
                raise BackupError("標準入力から復元するときは、今の内容を残すファイルを --keep で指定してください。")
            source, now = Path(self._path), datetime.now(UTC)
            folder = source if source.is_dir() else source.parent
            keep = folder / f"before-revision-{self._revision}-{now:%Y%m%dT%H%M%S}Z.backup"
        if keep.exists():
            raise BackupError(f"{keep} はすでにあります。別のファイルを --keep で指定してください。")
        return keep

    def _report(self, step: str) -> None:
        self._tell(f"… {step}")

    def _ask(self, keep: Path | None) -> None:
        name = connection.settings_dict["NAME"]
        kept = f"（今の内容は {keep} に残します）" if keep is not None else ""
        if (
            not self._options["yes"]
            and input(f"データベース {name} をこの内容に置き換えます{kept}。続けますか [y/N]: ") != "y"
        ):
            raise BackupError("中止しました。データベースは元のままです。")

    def _put_in_place(self, rewound: Rewound) -> None:
        with tqdm(desc="復元", unit="B", unit_scale=True, disable=None, leave=False) as bar:
            put_in_place(rewound, report=bar.update)
