"""What to do with the pool of connections after the database went away, and with statements that take long."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction
from psycopg import errors

#: The database ended the statement, not the connection: its time, or the time it may wait for a lock, was over.
_CUT_OFF = (errors.QueryCanceled, errors.LockNotAvailable)


def is_cut_off(error: Exception) -> bool:
    """Whether the database ended a statement that took too long (`WEB_STATEMENT_TIMEOUT_SECONDS` and its kin)."""
    return isinstance(error.__cause__, _CUT_OFF)


def allow_long_statements() -> None:
    """Lift a web process's bounds until the transaction ends: what has to be written is written, however long it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(name, '0', true)"
            " FROM unnest(ARRAY['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout']) AS name"
        )


def drop_broken_connections() -> None:
    """Close this thread's connection and have the pool look at all that lie idle.

    Left to itself the pool finds the dead ones one by one, pausing longer after each: with eight of them the requests of
    ten seconds after a restart would fail.
    """
    connection.close()
    pool = connection.pool  # type: ignore[attr-defined] # of PostgreSQL's backend
    if pool is not None and not pool.closed:
        pool.check()


def give_back_connection() -> None:
    """Return this thread's connection to the pool, outside Django's own handling of requests, which does the same."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


@contextmanager
def one_snapshot() -> Iterator[None]:
    """Inside, every query sees the database as it was at the first: nothing that is committed meanwhile comes between.

    Within a transaction that is open already its rules hold.
    """
    if connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def database_now() -> datetime:
    """The present by the database's clock, which all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
