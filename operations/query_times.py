"""How long the database takes."""

import time
from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from prometheus_client import Histogram

from database.connections import leave_read_only_server

DATABASE_SECONDS = Histogram(
    "db_query_duration_seconds",
    "Seconds from sending a statement until its first rows are there.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)


def time_queries(sender: Any, connection: BaseDatabaseWrapper, **_options: Any) -> None:
    """For each new connection of Django's: one that was lent by the pool is new to Django."""
    if _time_query not in connection.execute_wrappers:
        connection.execute_wrappers += [leave_read_only_server, _time_query]


def _time_query(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    started = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        DATABASE_SECONDS.observe(time.perf_counter() - started)
