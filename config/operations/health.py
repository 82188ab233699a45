"""Probes: `/healthz` says that the process serves, `/readyz` that everything behind it answers."""

import redis
from celery.exceptions import CeleryError
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from config.celery import app

_TIMEOUT_SECONDS = 1


class Alive:
    """What `/healthz` answers; also without Django, by the loop that listens (`config.serving.gate`)."""

    body = b'{"status": "ok"}'
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
    ]


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Liveness: 200 as long as the process answers; touches nothing else."""
    return HttpResponse(Alive.body, headers=dict(Alive.headers))


@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Readiness: 200 when database, cache, broker and a worker answer, else 503; names each, and no internals."""
    states = component_states()
    components = {name: "ok" if answers else "unavailable" for name, answers in states.items()}
    is_ready = all(states.values())
    body = {"status": "ok" if is_ready else "unavailable", "components": components}
    return JsonResponse(body, status=200 if is_ready else 503)


def component_states() -> dict[str, bool]:
    """Whether each part behind this process answers, now. Takes some seconds where several do not."""
    broker = _redis_answers(settings.CELERY_BROKER_URL)
    return {
        "database": _database_answers(),
        "cache": _redis_answers(settings.CACHES["default"]["LOCATION"]),
        "broker": broker,
        # Nobody can be asked through a broker that is away, and trying would take its time.
        "worker": broker and _worker_answers(),
    }


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _redis_answers(url: str) -> bool:
    try:
        with redis.Redis.from_url(
            url, socket_connect_timeout=_TIMEOUT_SECONDS, socket_timeout=_TIMEOUT_SECONDS
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _worker_answers() -> bool:
    try:
        return bool(app.control.inspect(timeout=_TIMEOUT_SECONDS, limit=1).ping())
    except (CeleryError, KombuError, OSError, redis.RedisError):
        return False
