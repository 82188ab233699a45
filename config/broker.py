"""The way to the queue, for Celery: whatever the server refuses, the connection is made anew and tried again.

Celery's own ends the worker when a server says no: after it was demoted ("READONLY", "UNBLOCKED"), while its memory is
full or its disk cannot be written. None of it is the worker's fault, and all of it ends.
"""

from kombu.transport import TRANSPORT_ALIASES
from kombu.transport import redis as redis_transport
from redis.exceptions import ResponseError


class Transport(redis_transport.Transport):
    """Redis, whose refusals count as a connection that failed."""

    connection_errors = (*redis_transport.Transport.connection_errors, ResponseError)


def use_for_redis() -> None:
    """Have every URL of Redis mean this transport."""
    TRANSPORT_ALIASES.update(dict.fromkeys(("redis", "rediss"), f"{__name__}:Transport"))
