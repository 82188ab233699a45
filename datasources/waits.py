"""What whoever asks a source waits for just now: told in Redis while the wait goes on, so that people see why nothing moves."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass

import redis
from django.conf import settings
from django_redis import get_redis_connection

from datasources.errors import SourceError
from datasources.models import DataSource

#: Tells of a wait of so many seconds after that error, for the block.
TellWait = Callable[[float, SourceError], AbstractContextManager[None]]

#: The code of a wait for our own limit of requests.
TURN = "TURN"
# Shorter ones are over before anybody could read of them.
_SHORTEST_SECONDS = 2.0
_PREFIX = f"{settings.CACHES['state']['KEY_PREFIX']}:wait"


@dataclass(frozen=True, slots=True)
class Wait:
    """One wait: `code` is `TURN` or that of an error, whose `message` is Japanese. `seconds` are those that are left."""

    code: str
    message: str
    seconds: float


@contextmanager
def telling_wait(source: DataSource, seconds: float, *, code: str, message: str = "") -> Iterator[None]:
    """Others see it for the block, and no longer than `seconds`. Without Redis nobody does."""
    if seconds < _SHORTEST_SECONDS:
        yield
        return
    with suppress(redis.RedisError):
        _client().set(_key(source), json.dumps([code, message]), px=int(seconds * 1000))
    try:
        yield
    finally:
        with suppress(redis.RedisError):
            _client().delete(_key(source))


def telling_of(source: DataSource) -> TellWait:
    """For who waits before it asks again."""
    return lambda seconds, error: telling_wait(source, seconds, code=error.code, message=error.message)


def tell_nobody(_seconds: float, _error: SourceError) -> AbstractContextManager[None]:
    """For who is not watched."""
    return nullcontext()


def find_wait(source: DataSource) -> Wait | None:
    """The wait that is going on; `None` without one, or without Redis."""
    with suppress(redis.RedisError):
        pipeline = _client().pipeline()
        pipeline.get(_key(source))
        pipeline.pttl(_key(source))
        told, milliseconds = pipeline.execute()
        if told is not None and milliseconds > 0:
            code, message = json.loads(told)
            return Wait(code, message, milliseconds / 1000)
    return None


def _client() -> redis.Redis:
    client: redis.Redis = get_redis_connection("state")
    return client


def _key(source: DataSource) -> str:
    return f"{_PREFIX}:{source.provider}:{source.pk}"
