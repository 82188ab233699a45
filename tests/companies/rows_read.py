"""How much the database goes through for something: what grows with the years is seen in rows, however busy the machine is."""

from collections.abc import Callable, Sequence

import psycopg
from django.db import connection

from tests.server import database_url

# In this transaction.
_READ = """
    SELECT coalesce(sum(pg_stat_get_xact_tuples_returned(found.oid)), 0)::bigint
    FROM pg_class AS found LEFT JOIN pg_index ON indexrelid = found.oid JOIN pg_class AS owner ON owner.oid = coalesce(indrelid, found.oid)
    WHERE found.relnamespace = current_schema()::regnamespace AND found.relkind IN ('r', 'i') AND owner.relname = ANY(%s)
"""


def clear_away(tables: Sequence[str]) -> None:
    """Of what earlier tests took back the entries in indexes are there until then, and would be counted. Outside the transaction of a test."""
    with psycopg.connect(database_url(), autocommit=True) as outside:
        outside.execute(f"VACUUM (INDEX_CLEANUP on, ANALYZE) {', '.join(tables)}".encode())


def rows_read(work: Callable[[], object], *, of: Sequence[str]) -> int:
    """Rows of these tables, and entries of their indexes. Inside one transaction, as tests run."""
    before = _count(of)
    work()
    return _count(of) - before


def _count(of: Sequence[str]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[*of]])
        return int(cursor.fetchone()[0])
