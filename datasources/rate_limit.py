"""The plan's limit of requests, kept across all processes before the server complains."""

import time
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from datasources.choices import REQUESTS_PER_MINUTE
from datasources.errors import SourceError
from datasources.models import DataSource
from datasources.waiting import CheckCancelled, wait

logger = structlog.get_logger(__name__)

# A second more than a minute: the server's clock starts when a request arrives, ours when it is sent.
_WINDOW_SECONDS = 61
_STORE_PATIENCE_SECONDS = 30
_POLL_SECONDS = 0.5


def wait_for_turn(
    source: DataSource, check_cancelled: CheckCancelled, *, patience_seconds: float = _STORE_PATIENCE_SECONDS
) -> None:
    """Return when a request may be sent, having counted it. Requests are counted per source.

    Raises `SourceError` when Redis, which holds the count, stays away for longer than `patience_seconds`: without it
    the limit could be exceeded.
    """
    per_minute = REQUESTS_PER_MINUTE[source.plan]
    if per_minute is None:
        return
    item = RateLimitItemPerSecond(per_minute, _WINDOW_SECONDS)
    key = f"jquants:{source.pk}"
    give_up_at: float | None = None
    while True:
        try:
            limiter = _limiter(str(settings.CACHES["default"]["LOCATION"]))
            if limiter.hit(item, key):
                return
            pause = max(_POLL_SECONDS, limiter.get_window_stats(item, key).reset_time - time.time())
            give_up_at = None
        except redis.RedisError as error:
            give_up_at = give_up_at or time.monotonic() + patience_seconds
            if time.monotonic() >= give_up_at:
                raise SourceError(
                    "RATE_LIMIT_STORE_UNAVAILABLE",
                    gettext("Redis に接続できないため、契約プランの上限を守れません。Redis を確認してください。"),
                    is_retryable=True,
                ) from error
            logger.warning("rate_limit_store_unavailable", source_id=source.pk)
            pause = _POLL_SECONDS
        wait(min(pause, _WINDOW_SECONDS), check_cancelled)


@lru_cache(maxsize=2)
def _limiter(url: str) -> MovingWindowRateLimiter:
    storage = RedisStorage(url, key_prefix="meigara:limits", socket_connect_timeout=2, socket_timeout=2)
    return MovingWindowRateLimiter(storage)
