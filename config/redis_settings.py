"""Django's entries for the two servers of Redis, and how long anybody waits for them."""

from typing import Any

from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

#: A broker that is frozen or cut off keeps nobody waiting: neither who sends a task, nor a worker, which has to notice.
#: The worker's own question for messages takes a second at most.
BROKER_TIMEOUTS = {
    "socket_connect_timeout": 2,
    "socket_timeout": 4,
    "socket_keepalive": True,
    "health_check_interval": 15,
}


def cache_settings(*, cache_url: str, state_url: str) -> dict[str, dict[str, Any]]:
    """`default`: answers and figures that can be made again; its server drops what was not used for long when it is full.

    `state`: what must not be dropped: rate limits, known keys, generations, locks, pauses. Beside the queue, which is of
    the same kind.
    """
    return {"default": _entry(cache_url), "state": _entry(state_url)}


def _entry(url: str) -> dict[str, Any]:
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": url,
        "KEY_PREFIX": "meigara",
        "OPTIONS": {
            # A request waits no longer than this for a Redis that is away, and pages are made without it.
            "SOCKET_CONNECT_TIMEOUT": 0.5,
            "SOCKET_TIMEOUT": 1,
            "IGNORE_EXCEPTIONS": True,
            # A connection that a restart closed is opened again once; one that does not answer is not asked three times.
            "CONNECTION_POOL_KWARGS": {"retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,))},
        },
    }
