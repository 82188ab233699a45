"""The one place that stands between a request and a Redis that is away: logged, counted, and left alone for a moment, so that
requests do not queue up at its time-outs. What was wanted of it is then done without.
"""

import time
from types import TracebackType

import redis
import structlog

from api import metrics

logger = structlog.get_logger(__name__)

#: After a failure a server is left alone for so long.
PAUSE_SECONDS = 1.0


class RedisGuard:
    """Of one server. `with guard.during("find"): …` ends the block where Redis fails; what comes after it has nothing then."""

    def __init__(self) -> None:
        self.paused_until = 0.0

    @property
    def is_paused(self) -> bool:
        """Whether it failed just now."""
        return time.monotonic() < self.paused_until

    def during(self, what: str) -> "_Attempt":
        """Names what is done, for the metrics."""
        return _Attempt(self, what)

    def note_failure(self, during: str, error: redis.RedisError) -> None:
        """Log and count that it could not be used."""
        self.paused_until = time.monotonic() + PAUSE_SECONDS
        metrics.CACHE_FAILURES.labels(during).inc()
        logger.warning("cache_unavailable", during=during, error=type(error).__name__)


class _Attempt:
    __slots__ = ("_guard", "_what")

    def __init__(self, guard: RedisGuard, what: str) -> None:
        self._guard, self._what = guard, what

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> bool:
        if not isinstance(error, redis.RedisError):
            return False
        self._guard.note_failure(self._what, error)
        return True


#: Of what must not be lost (keys, windows, generations), and of the answers, which can be made again.
state_guard, answers_guard = RedisGuard(), RedisGuard()
