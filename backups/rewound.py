"""A backup taken back to an earlier revision of the ledger: in a database of its own, proven there, and only then put in the place of
the product's.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backups.archive import Archive
from backups.errors import BackupDamaged, BackupError
from backups.restoring import restore_backup
from backups.side_database import SideDatabase, side_database

_REMEDY = (
    "ALTER ROLE … CREATEDB でデータベースを作る権限を与えてください。改訂に戻すときは、バックアップを別のデータベースに復元して"
    "確かめてから入れ替えるため、その権限と、データベースもう 1 つ分の空きが要ります。"
)


@dataclass(frozen=True, slots=True)
class Rewound:
    """What would take the product's place, and in words what is undone by it."""

    database: SideDatabase
    words: str


@contextmanager
def rewound_backup(path: str, revision: int, *, report: Callable[[str], object]) -> Iterator[Rewound]:
    """The backup, in the schema of this release, as it was once the revision was, and proven. `path` may be `-`, the standard input;
    `report` is told the name of each step. The product's database is not touched. Raises `BackupError`.
    """

    def wait() -> None:
        """Nobody looks for signs of life here."""

    with side_database("rewound", remedy=_REMEDY) as side:
        report("写しへの復元")
        side.run(["restore", path, "--trial"], wait)
        report("この版への移行")
        side.run(["migrate", "--noinput"], wait)
        report(f"改訂 {revision:,} へ")
        words = side.run(["rewind_ledger", str(revision)], wait)
        report("履歴の検証")
        try:
            side.run(["verify_history", "--from-beginning"], wait)
        except BackupError as error:
            raise BackupError(
                f"改訂 {revision:,} の時点の履歴は一覧と一致していませんでした。その後の再導出（rebuild_history）で直された"
                f"誤りであれば、再導出の改訂以後に戻してください。\n{error}"
            ) from error
        yield Rewound(side, words)


def put_in_place(rewound: Rewound, *, report: Callable[[int], object]) -> None:
    """Replace what is in the product's database, in the one transaction of every restore. Raises `BackupError`."""
    process = rewound.database.start(["backup", "-"])
    try:
        with Archive(process.stdout) as backup:  # type: ignore[arg-type] # of a pipe there is one
            restore_backup(backup, report=report)
    except BackupDamaged as error:
        process.kill()
        raise BackupError(
            f"写しを読み出せませんでした。データベースは元のままです。\n{process.communicate()[1].decode(errors='replace').strip()}"
        ) from error
    finally:
        process.kill()
        process.communicate()
