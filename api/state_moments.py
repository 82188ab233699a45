"""When each state of the data was first seen: the `Last-Modified` of the answers that are of it (RFC 9110, 8.8.2).

A second is too coarse for data that may change twice in one: so no two states have the same. Who reads a state first writes down the second, or, where
that is taken, the one after the last of all; answers name it once it has come. The moment of a commit is known to nobody, and the one at which
rows were written lies before it, when another state was still being told: that is why readers set it, and not writers.
"""

import time
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, connection

from api.metrics import CACHE_FAILURES
from api.models import DataState

logger = structlog.get_logger(__name__)

KEPT = timedelta(days=400)
_MOST_STATES = 4096
_RETRY_SECONDS = 60.0
# Of two at once who take the same second one takes the next.
_ATTEMPTS = 5
_FIND = "SELECT extract(epoch FROM first_seen_at)::bigint FROM data_states WHERE state = %s"
_WRITE = """
INSERT INTO data_states (state, first_seen_at)
SELECT %s, greatest(date_trunc('second', clock_timestamp()), max(first_seen_at) + interval '1 second') FROM data_states
ON CONFLICT DO NOTHING
"""


class StateMoments:
    """What this process knows of them; for any number of threads."""

    def __init__(self) -> None:
        self._seconds: dict[str, int] = {}
        self._asks_again_at = 0.0

    def of(self, state: str) -> int:
        """The second since 1970; 0 where there is no state or the database cannot say."""
        if not state:
            return 0
        found = self._seconds.get(state)
        return self._ask(state) if found is None else found

    def forget(self) -> None:
        """Know none of them any more."""
        self._seconds.clear()
        self._asks_again_at = 0.0

    def _ask(self, state: str) -> int:
        if time.monotonic() < self._asks_again_at:
            return 0
        try:
            seconds = _read_or_write(state)
        except DatabaseError as error:
            self._asks_again_at = time.monotonic() + _RETRY_SECONDS
            CACHE_FAILURES.labels("state").inc()
            logger.warning("state_moment_unknown", error=type(error).__name__)
            return 0
        if len(self._seconds) >= _MOST_STATES:
            self._seconds.clear()
        self._seconds[state] = seconds
        return seconds


state_moments = StateMoments()


def _read_or_write(state: str) -> int:
    with connection.cursor() as cursor:
        for _ in range(_ATTEMPTS):
            cursor.execute(_FIND, [state])
            if found := cursor.fetchone():
                return int(found[0])
            cursor.execute(_WRITE, [state])
    return 0


def forget_states(now: datetime) -> int:
    """Delete what was seen long ago. One that is the current one still gets another second: who asks is sent it once more. Returns how many."""
    return DataState.objects.filter(first_seen_at__lt=now - KEPT).delete()[0]
