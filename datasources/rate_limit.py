"""The limit of requests to a source, and the pauses it asks for, kept across all processes before the server complains."""

import math
import time
from functools import lru_cache

import redis
import structlog
from django.conf import settings
from django.utils.translation import gettext
from limits import RateLimitItemPerSecond
from limits.storage import RedisStorage
from limits.strategies import MovingWindowRateLimiter

from datasources.errors import SourceError, SourceNotAsked
from datasources.models import DataSource
from datasources.pauses import seconds_paused
from datasources.providers import provider_of
from datasources.waiting import CheckCancelled, wait
from datasources.waits import TURN, telling_wait

logger = structlog.get_logger(__name__)

# A second more than a minute: the server's clock starts when a request arrives, ours when it is sent.
_WINDOW_SECONDS = 61
_STORE_PATIENCE_SECONDS = 30
_POLL_SECONDS = 0.5
#: Requests are noted by the clock of whoever sends them. Those of two machines may be some minutes apart; what lies further ahead was noted
#: by a clock that has been set back since.
_CLOCK_WAS_AHEAD_SECONDS = 600


def wait_for_turn(
    source: DataSource,
    check_cancelled: CheckCancelled,
    *,
    patience_seconds: float = _STORE_PATIENCE_SECONDS,
    longest_wait_seconds: float = math.inf,
) -> None:
    """Return when a request may be sent, having counted it. Requests are counted per source; none are sent in a pause.

    Raises `SourceError` when the turn would come later than in `longest_wait_seconds`, and when Redis, which holds the
    count, stays away for longer than `patience_seconds`: without it the limit could be exceeded.
    """
    store_give_up_at: float | None = None
    while True:
        try:
            pause = seconds_paused(source) or _seconds_until_turn(source)
            store_give_up_at = None
            if not pause:
                return
        except redis.RedisError as error:
            if provider_of(source).request_limit(source) is None:
                return
            store_give_up_at = store_give_up_at or time.monotonic() + patience_seconds
            if time.monotonic() >= store_give_up_at:
                raise SourceError(
                    "RATE_LIMIT_STORE_UNAVAILABLE",
                    gettext("Redis に接続できないため、契約プランの上限を守れません。Redis を確認してください。"),
                    is_retryable=True,
                ) from error
            logger.warning("rate_limit_store_unavailable", source_id=source.pk)
            pause = _POLL_SECONDS
        if pause > longest_wait_seconds:
            raise SourceNotAsked(
                "LOCAL_LIMIT_REACHED",
                gettext(
                    "データソース「{name}」に設定した毎分の上限に達しています。しばらくしてからやり直してください。"
                ).format(name=source.name),
            )
        with telling_wait(source, pause, code=TURN):
            wait(min(pause, _WINDOW_SECONDS), check_cancelled)


def _seconds_until_turn(source: DataSource) -> float:
    """Nothing where the request was counted and may be sent."""
    limit = provider_of(source).request_limit(source)
    if limit is None:
        return 0.0
    item = RateLimitItemPerSecond(limit, _WINDOW_SECONDS)
    key = f"{source.provider}:{source.pk}"
    limiter = _limiter(str(settings.CACHES["state"]["LOCATION"]))
    if limiter.hit(item, key):
        return 0.0
    seconds = limiter.get_window_stats(item, key).reset_time - time.time()
    if seconds > _CLOCK_WAS_AHEAD_SECONDS:
        # Nothing would be asked for as long as the clock was ahead. A whole window is waited for all the same.
        logger.warning("rate_limit_clock_was_ahead", source_id=source.pk, seconds=round(seconds))
        limiter.clear(item, key)
        return float(_WINDOW_SECONDS)
    return max(_POLL_SECONDS, seconds)


@lru_cache(maxsize=2)
def _limiter(url: str) -> MovingWindowRateLimiter:
    storage = RedisStorage(url, key_prefix="meigara:limits", socket_connect_timeout=2, socket_timeout=2)
    return MovingWindowRateLimiter(storage)
