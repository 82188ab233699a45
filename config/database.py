"""What to do with the pool of connections after the database went away."""

from django.db import connection


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
