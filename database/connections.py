"""What to do with the pool of connections after the database went away or became read-only, and with long statements."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog
from django.db import Error, InterfaceError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import InterfaceError as DriverInterfaceError
from psycopg import OperationalError as DriverOperationalError
from psycopg import errors

logger = structlog.get_logger(__name__)

#: The database ended the statement, not the connection: its time, or the time it may wait for a lock, was over.
_CUT_OFF = (errors.QueryCanceled, errors.LockNotAvailable)
#: Django's and the driver's.
_AWAY = (OperationalError, InterfaceError, DriverOperationalError, DriverInterfaceError)
# A server that stays read-only refuses every write; making eight connections for each would be too many.
_DRAIN_EVERY_SECONDS = 5.0

_drained_at = -_DRAIN_EVERY_SECONDS


def is_cut_off(error: Exception) -> bool:
    """Whether the database ended a statement that took too long (`WEB_STATEMENT_TIMEOUT_SECONDS` and its kin)."""
    return isinstance(error.__cause__, _CUT_OFF)


def is_read_only(error: BaseException | None) -> bool:
    """Whether a write was refused because the server takes none: a standby, or one that is told to (25006)."""
    return isinstance(error, Error) and isinstance(error.__cause__, errors.ReadOnlySqlTransaction)


def is_full(error: BaseException | None) -> bool:
    """Whether the server had no room on its disk for what was to be written, or for a temporary file (53100)."""
    return isinstance(error, Error) and isinstance(error.__cause__, errors.DiskFull)


def is_unavailable(error: BaseException | None) -> bool:
    """Whether the database cannot do now what it could do a moment later: away, full of connections, read-only, its disk full.

    By the driver's own errors, too: Django does not translate that of a cursor on the server that is closed after its connection broke.
    """
    return isinstance(error, _AWAY) or is_read_only(error)


def leave_read_only_server(
    execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """An execute wrapper. After a failover the old server is often still there, and read-only: a connection to it looks
    sound for as long as it lives. So a refused write has the pool make all of its connections anew.
    """
    try:
        return execute(sql, params, many, context)
    except Error as error:
        if is_read_only(error):
            _drain(context["connection"])
        raise


def _drain(wrapper: BaseDatabaseWrapper) -> None:
    global _drained_at  # noqa: PLW0603 one pool for all threads
    pool = getattr(wrapper, "pool", None)
    if pool is None or pool.closed or time.monotonic() - _drained_at < _DRAIN_EVERY_SECONDS:
        return
    _drained_at = time.monotonic()
    logger.warning("database_read_only", connections=pool.get_stats().get("pool_size"))
    # Those in use, this one too, are closed when they come back.
    pool.drain()


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

    Within a transaction that is open already its rules hold. Raises Django's errors of the database, also where rows are read by a cursor
    on the server: of closing that one Django itself lets the driver's through, which nobody catches.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.wrap_database_errors, transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def database_now() -> datetime:
    """The present by the database's clock, which all processes share."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
