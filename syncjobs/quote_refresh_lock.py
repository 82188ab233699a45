"""One on-demand refresh of a company's quote at a time, over all processes, and none again right after one that failed.

A turn is a key in Redis that ends by itself. Its holder removes it after success; after a failure it stays for a while
with the error's code, so that a hundred callers cost one request. Without Redis everyone has a turn: what is behind it
keeps its own limit.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import redis
from django.conf import settings
from django_redis import get_redis_connection

from datasources.errors import SourceError

_PREFIX = f"{settings.CACHES['state']['KEY_PREFIX']}:quote-turn"
# Longer than a refresh on demand may take.
_TURN_SECONDS = 20
_AFTER_FAILURE_SECONDS = 30
#: How long one caller waits for another's refresh of the same company.
_PATIENCE_SECONDS = 5.0
_POLL_SECONDS = 0.05
_TAKEN = b"taken"


@contextmanager
def turn_to_refresh(code: str) -> Iterator[bool]:
    """Whether the block is to refresh; false after another did so meanwhile, or failed a moment ago."""
    key = f"{_PREFIX}:{code}"
    is_ours = _take(key)
    try:
        yield is_ours
    except SourceError as error:
        if is_ours:
            with suppress(redis.RedisError):
                get_redis_connection("state").set(key, error.code, ex=_AFTER_FAILURE_SECONDS)
        raise
    else:
        if is_ours:
            with suppress(redis.RedisError):
                get_redis_connection("state").delete(key)


def find_failure(code: str) -> str | None:
    """The code of the error that the last refresh ended with a moment ago."""
    with suppress(redis.RedisError):
        value = get_redis_connection("state").get(f"{_PREFIX}:{code}")
        return value.decode() if value and value != _TAKEN else None
    return None


def _take(key: str) -> bool:
    give_up_at = time.monotonic() + _PATIENCE_SECONDS
    try:
        client = get_redis_connection("state")
        if client.set(key, _TAKEN, nx=True, ex=_TURN_SECONDS):
            return True
        while client.get(key) == _TAKEN and time.monotonic() < give_up_at:
            time.sleep(_POLL_SECONDS)
    except redis.RedisError:
        return True
    return False
