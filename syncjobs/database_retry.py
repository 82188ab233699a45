"""Asking the database again while it is away, as in a restart: what is asked again must change nothing the second time."""

import time
from collections.abc import Callable
from typing import TypeVar

import structlog
from django.db import Error, connection

from database.connections import drop_broken_connections, is_unavailable

logger = structlog.get_logger(__name__)

#: Longer than a restart takes.
LONGEST_SECONDS = 60.0
_PAUSE_SECONDS = 1.0

Result = TypeVar("Result")


def retry_while_unavailable(work: Callable[[], Result]) -> Result:
    """The result of `work`, asked for again while the database does not answer, for a minute at most.

    Inside a transaction it is asked once: only whole transactions can be repeated.
    """
    give_up_at = time.monotonic() + LONGEST_SECONDS
    while True:
        try:
            return work()
        except Error as error:
            if not is_unavailable(error) or connection.in_atomic_block or time.monotonic() >= give_up_at:
                raise
            logger.warning("database_unavailable_waiting")
            drop_broken_connections()
            time.sleep(_PAUSE_SECONDS)
