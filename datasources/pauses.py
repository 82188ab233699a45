"""Leaving a source alone for a while, in all processes: after it refused, asking again would only make it worse.

A pause lives in Redis with its reason and ends by itself.
"""

from contextlib import suppress

import redis
import structlog
from django.conf import settings
from django_redis import get_redis_connection

from datasources.errors import SourceError
from datasources.models import DataSource

logger = structlog.get_logger(__name__)

_PREFIX = f"{settings.CACHES['state']['KEY_PREFIX']}:pause"


def pause_source(source: DataSource, seconds: float, reason: SourceError) -> None:
    """Send nothing to the source for so long. A longer pause that is going on stays. Without Redis nothing happens."""
    with suppress(redis.RedisError):
        client = get_redis_connection("state")
        if int(client.pttl(_key(source))) < seconds * 1000:
            client.set(_key(source), reason.code, px=max(1, int(seconds * 1000)))
            logger.warning("source_paused", source_id=source.pk, seconds=seconds, reason=reason.code)


def seconds_paused(source: DataSource) -> float:
    """How long the source is still to be left alone. Raises `redis.RedisError`."""
    return max(0, int(get_redis_connection("state").pttl(_key(source)))) / 1000


def find_pause_reason(source: DataSource) -> str | None:
    """The code of the error that began the pause that is going on; `None` without one, or without Redis."""
    with suppress(redis.RedisError):
        reason = get_redis_connection("state").get(_key(source))
        return None if reason is None else reason.decode()
    return None


def end_pause(source: DataSource) -> None:
    """For an operator who changed what was wrong."""
    with suppress(redis.RedisError):
        get_redis_connection("state").delete(_key(source))


def _key(source: DataSource) -> str:
    return f"{_PREFIX}:{source.provider}:{source.pk}"
