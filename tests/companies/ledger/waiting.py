"""Who stands before the ledger's lock."""

from django.db import connection


def count_waiting_for_ledger() -> int:
    """In the test's own database; nothing else in it takes an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database"
            " WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return int(cursor.fetchone()[0])
