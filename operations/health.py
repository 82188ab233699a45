"""Probes: `/healthz` says that the process serves, `/readyz` that everything behind it does its work."""

from enum import StrEnum

import psycopg
import redis
from celery import current_app
from celery.exceptions import CeleryError
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError
from psycopg_pool import PoolTimeout
from redis.backoff import NoBackoff
from redis.retry import Retry

from database.connections import is_full
from database.process_kind import NOTIFIER_NAME

_TIMEOUT_SECONDS = 1
#: By the names of Celery's workers: the one that tells others, and whoever else.
_NOTIFIER, _WORKER = NOTIFIER_NAME, f"(?!{NOTIFIER_NAME})"
#: What a server says that takes no more connections.
_CROWDED = ("too many clients", "too many connections", "remaining connection slots")
#: A key that is written and at once forgotten: a server that is full or read-only answers every question.
_PROBE_KEY = "meigara:probe"
#: A server whose disk is full answers every question that needs no room: one is asked for that does, 1 MB for a moment, in a temporary
#: file. That leaves nothing behind, and a standby can do it, too.
_PROBE_STATE = "SELECT current_setting('transaction_read_only'), set_config('work_mem', '64kB', true)"
_PROBE_ROOM = "SELECT count(*) FROM generate_series(1, 75000)"


class Alive:
    """What `/healthz` answers; also without Django, by the loop that listens (`serving.rsgi_application`)."""

    body = b'{"status": "ok"}'
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
    ]


class State(StrEnum):
    """How a part behind this process does."""

    OK = "ok"
    UNAVAILABLE = "unavailable"
    READ_ONLY = "read_only"  # a standby, a demoted server
    FULL = "full"  # memory of a Redis, disk of the database: nothing more can be written
    NO_CONNECTIONS = "no_connections"  # it is there, and takes no more of them


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Liveness: 200 as long as the process answers; touches nothing else."""
    return HttpResponse(Alive.body, headers=dict(Alive.headers))


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Readiness: 200 when database, cache, broker, a worker and the notifier do their work, else 503; names each, and no internals."""
    states = component_states()
    is_ready = all(state == State.OK for state in states.values())
    body = {"status": State.OK if is_ready else State.UNAVAILABLE, "components": states}
    return JsonResponse(body, status=200 if is_ready else 503)


def component_states() -> dict[str, State]:
    """How each part behind this process does, now. Takes some seconds where several do not answer."""
    broker = redis_state(settings.CELERY_BROKER_URL)
    return {
        "database": _database_state(),
        "cache": redis_state(settings.CACHES["default"]["LOCATION"]),
        "broker": broker,
        # Nobody can be asked through a broker that is away, and trying would take its time.
        "worker": _worker_state(_WORKER) if broker == State.OK else State.UNAVAILABLE,
        "notifier": _worker_state(_NOTIFIER) if broker == State.OK else State.UNAVAILABLE,
    }


def _database_state() -> State:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_PROBE_STATE)
            is_read_only = cursor.fetchone()[0] == "on"
            cursor.execute(_PROBE_ROOM)
    except DatabaseError as error:
        return _state_by(error)
    return State.READ_ONLY if is_read_only else State.OK


def _state_by(error: DatabaseError) -> State:
    if is_full(error):
        return State.FULL
    if isinstance(error.__cause__, psycopg.errors.ConfigurationLimitExceeded):
        return State.OK  # no temporary files for us (`temp_file_limit`): nothing is known of the disk
    return State.NO_CONNECTIONS if _is_crowded(error) else State.UNAVAILABLE


def _is_crowded(error: DatabaseError) -> bool:
    """Whether the server, or our own pool in front of it, has no connection left."""
    if not isinstance(error.__cause__, PoolTimeout):
        return any(words in str(error) for words in _CROWDED)
    # The pool says only that none came in time; whether the server is there is found out past it.
    try:
        psycopg.connect(**{**connection.get_connection_params(), "connect_timeout": _TIMEOUT_SECONDS}).close()
    except psycopg.OperationalError as refused:
        return any(words in str(refused) for words in _CROWDED)
    return True


def redis_state(url: str) -> State:
    """How the server at `url` does, found out by writing a key that is gone a second later."""
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS, retry=Retry(NoBackoff(), 0)
        ) as client:
            client.set(_PROBE_KEY, 1, px=1000)
    except redis.exceptions.ReadOnlyError:
        return State.READ_ONLY
    except redis.exceptions.OutOfMemoryError:
        return State.FULL
    except redis.RedisError as error:
        return State.NO_CONNECTIONS if "max number of clients" in str(error) else State.UNAVAILABLE
    return State.OK


def _worker_state(names: str) -> State:
    """Whether one of those answers whose name begins as the regular expression says."""
    asked = current_app.control.inspect(timeout=_TIMEOUT_SECONDS, limit=1, pattern=names, matcher="pcre")
    try:
        return State.OK if asked.ping() else State.UNAVAILABLE
    except (CeleryError, KombuError, OSError, redis.RedisError):
        return State.UNAVAILABLE
