"""Taking a backup while the product goes on working."""

import subprocess
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import IO

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from backups.archive import FORMAT, PIECE_BYTES, ArchiveWriter
from backups.chain_head import find_chain_head
from backups.errors import BackupError
from backups.manifest import Manifest
from backups.programs import connection_string, find_program, last_words, program_environment, server_major
from database.connections import allow_long_statements


def take_backup(target: IO[bytes], *, report: Callable[[int], object]) -> Manifest:
    """Write the whole database to `target`; `report` is told the number of bytes of each piece. Raises `BackupError`.

    Everything is of one moment: pg_dump reads the snapshot in which the rows are counted. Nobody is locked out, except
    who wants to change a table itself.
    """
    program = find_program("pg_dump")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = str(cursor.fetchone()[0])
        allow_long_statements()
        rows_by_table = count_rows()
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        manifest = Manifest(
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            postgresql_major=server_major(),
            migrations=migrations,
            rows_by_table=rows_by_table,
            format=FORMAT,
            head=find_chain_head(),
        )
        archive = ArchiveWriter(target)
        archive.add_manifest(manifest)
        _dump([str(program), f"--snapshot={snapshot}", *_WHAT, f"--dbname={connection_string()}"], archive, report)
        archive.finish()
    return manifest


# Tables, data, triggers and sequences; neither owners nor rights, which are of the place and not of the data.
_WHAT = (
    "--format=custom", "--no-owner", "--no-privileges", "--no-comments", "--no-publications", "--no-subscriptions",
    "--encoding=UTF8",
)  # fmt: skip


def count_rows() -> dict[str, int]:
    """The rows of every table of the product, as the current transaction sees them."""
    rows = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608 a table of ours
            rows[table] = int(cursor.fetchone()[0])
    return rows


def _dump(command: list[str], archive: ArchiveWriter, report: Callable[[int], object]) -> None:
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 found by ourselves
            command, stdout=subprocess.PIPE, stderr=complaints, env=program_environment()
        )
        try:
            while process.stdout is not None and (piece := process.stdout.read(PIECE_BYTES)):
                archive.add_piece(piece)
                report(len(piece))
        finally:
            # Where the disk was full, pg_dump is still at work.
            if process.stdout is not None:
                process.stdout.close()
            code = process.wait()
        if code != 0:
            raise BackupError(f"pg_dump が失敗しました（終了コード {code}）。\n{last_words(complaints)}")
