"""Putting a backup into a database: whole, in one transaction, or not at all."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql as safe

from api.generations import publish_and_wait
from backups.chain_head import check_of
from backups.errors import BackupError, DatabaseNotEmpty
from backups.manifest import Manifest
from backups.programs import find_program, last_words, program_environment, server_major
from backups.reading import Backup
from backups.transaction import PsqlTransaction

_AT_WORK = ("meigara-web", "meigara-worker", "meigara-notifier", "meigara-beat")

# What belongs to an extension stays: the backup says `CREATE EXTENSION IF NOT EXISTS`.
_CLEAR = """
SET lock_timeout = '30s';
SET client_min_messages = warning;
DO $clear$
DECLARE
    drops text[];
    victim text;
BEGIN
    SELECT coalesce(array_agg(words), '{}') INTO drops FROM (
        SELECT format('DROP %s IF EXISTS public.%I CASCADE', kinds.kind, c.relname) AS words
        FROM pg_class c
        JOIN (VALUES ('r', 'TABLE'), ('p', 'TABLE'), ('v', 'VIEW'), ('m', 'MATERIALIZED VIEW'), ('S', 'SEQUENCE'))
            AS kinds (relkind, kind) ON kinds.relkind = c.relkind::text
        WHERE c.relnamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('e', 'i')
        )
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', p.oid::regprocedure)
        FROM pg_proc p
        WHERE p.pronamespace = 'public'::regnamespace AND NOT EXISTS (
            SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
        )
    ) AS found;
    FOREACH victim IN ARRAY drops LOOP
        EXECUTE victim;
    END LOOP;
END $clear$;
"""


def check_restorable(manifest: Manifest, *, force: bool) -> list[str]:
    """The migrations that this release has and the backup has not. Raises `BackupError` where it must not be restored."""
    if manifest.postgresql_major > server_major():
        raise BackupError(
            f"PostgreSQL {manifest.postgresql_major} のバックアップは、PostgreSQL {server_major()} には復元できません。"
        )
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest.migrations) - known)
    if unknown:
        raise BackupError(
            f"このバックアップは、ここにないマイグレーションを含みます（{'、'.join(unknown[:3])} など {len(unknown)} 件）。"
            "バックアップを取ったときと同じか、より新しい版の製品で復元してください。"
        )
    check_place(force=force)
    return sorted(known - set(manifest.migrations))


def check_place(*, force: bool) -> bool:
    """Whether there is anything in the database. Raises `BackupError` where it must not be replaced."""
    tables = connection.introspection.table_names(include_views=True)
    if tables and not force:
        raise DatabaseNotEmpty(
            f"データベース {connection.settings_dict['NAME']} は空ではありません（{len(tables)} 個の表）。"
            "空のデータベースを作って DATABASE_URL で指定するか、今の内容をすべて捨ててよければ --force を付けてください。"
        )
    _refuse_while_at_work()
    return bool(tables)


def restore_backup(backup: Backup, *, report: Callable[[int], object], is_served: bool = True) -> None:
    """Replace what is in the database; `report` is told the number of bytes of each piece. Raises `BackupError`.

    1. What is there goes, 2. what is in the backup comes, 3. the last byte of the backup was read and was right, 4. the rows
    of every table are counted against the manifest, and the chain of revisions ends where it did, 5. commit; a failure, or the death of any process before it, undoes all. Then the planner gets its statistics and, where the product
    serves this database, the cache learns which data is the current one.
    """
    restoring = None if backup.is_sql else find_program("pg_restore")
    with PsqlTransaction(find_program("psql")) as transaction:
        transaction.send(_CLEAR.encode())
        if restoring is None:
            for piece in backup.pieces():
                transaction.send(piece)
                report(len(piece))
        else:
            _send_through([str(restoring), *_AS_SQL], backup.pieces(), transaction, report)
        for check in _checks(backup.manifest):
            transaction.send(check.encode())
        transaction.commit()
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ContentType.objects.clear_cache()
    if is_served:
        publish_and_wait()


# A script instead of a connection of its own: its transaction is ours.
_AS_SQL = ("--format=custom", "--file=-", "--no-owner", "--no-privileges")


def _send_through(
    command: list[str], pieces: Iterator[bytes], transaction: PsqlTransaction, report: Callable[[int], object]
) -> None:
    """Have pg_restore turn the dump into SQL, from pipe to pipe. Nothing of it is kept on the way."""
    with tempfile.TemporaryFile() as complaints:
        process = subprocess.Popen(  # noqa: S603 found by ourselves
            command, stdin=subprocess.PIPE, stdout=transaction.input, stderr=complaints, env=program_environment()
        )
        try:
            if process.stdin is not None:
                with process.stdin as input_of_restore:
                    for piece in pieces:
                        input_of_restore.write(piece)
                        report(len(piece))
        except BrokenPipeError:
            pass  # It ended by itself; why, is told below.
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
        if code != 0:
            # Where psql ended, to which it writes, it could not go on either.
            transaction.explain_if_ended()
            raise BackupError(
                f"復元できませんでした（pg_restore の終了コード {code}）。データベースは元のままです。\n{last_words(complaints)}"
            )


def _checks(manifest: Manifest) -> Iterator[str]:
    for table, rows in manifest.rows_by_table.items():
        yield (
            safe.SQL(
                "DO $check$ BEGIN IF (SELECT count(*) FROM public.{table}) <> {rows} THEN"
                " RAISE EXCEPTION 'rows of % are not those of the backup', {name}; END IF; END $check$;\n"
            )
            .format(table=safe.Identifier(table), rows=safe.Literal(rows), name=safe.Literal(table))
            .as_string()
        )
    if manifest.head is not None:
        yield check_of(manifest.head)


def _refuse_while_at_work() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name, count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = ANY(%s)"
            " GROUP BY 1 ORDER BY 1",
            [list(_AT_WORK)],
        )
        working = [f"{name} {count}" for name, count in cursor.fetchall()]
    if working:
        raise BackupError(
            f"製品が動作中です（データベースへの接続: {'、'.join(working)}）。web・worker・beat を止めてから、もう一度実行してください。"
        )
