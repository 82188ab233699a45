"""Asking the product's WSGI application in this process: the layer ahead of Django and Django behind it."""

import io
import json
import re
import time
from dataclasses import dataclass
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django_redis import get_redis_connection

from api.front.process_cache import process_cache
from api.front.redis_connection import answers_redis
from api.models import DataState
from api.state_moments import state_moments
from config.wsgi import application


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def environ_of(
    path: str, *, key: str | None = None, method: str = "GET", body: bytes = b"", **headers: str
) -> dict[str, Any]:
    """A request as the server hands it over; header names with `_` for `-`."""
    place, _, query = path.partition("?")
    given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    content_type = given.pop("HTTP_CONTENT_TYPE", "application/json")
    return {
        "REQUEST_METHOD": method, "PATH_INFO": place, "QUERY_STRING": query, "SCRIPT_NAME": "", "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": content_type if body else "", "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(), "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, **({"HTTP_X_API_KEY": key} if key else {}), **given,
    }  # fmt: skip


def json_body(value: Any = None) -> bytes:
    """A body that says it; an empty object says nothing."""
    return json.dumps({} if value is None else value, ensure_ascii=False).encode()


def kept_answers() -> set[str]:
    """The names of all answers that Redis keeps, those included that this thread has only just sent there."""
    answers_redis.ask(("PING",))
    return {name.decode() for name in get_redis_connection("default").keys("meigara:answer:*")}


def forget_kept_answers() -> None:
    """Neither this process nor Redis has any answer."""
    process_cache.clear()
    if kept := kept_answers():
        get_redis_connection("default").delete(*kept)


def forget_moments() -> None:
    """No state has a second of its own, so that the next one that is asked about has the present one. Of several in one second all
    but the first have one that is still to come, and of two answers that should be the same, the later would be dated alone.
    """
    DataState.objects.all().delete()
    state_moments.forget()


def dated(path: str, key: str) -> Answer:
    """An answer whose second has come (`api.state_moments`)."""
    give_up_at = time.monotonic() + 60
    while "last-modified" not in (answer := ask(path, key=key)).headers:
        assert time.monotonic() < give_up_at, f"{path}: {answer.status} {answer.headers}"
        time.sleep(0.05)
    return answer


def ask(path: str, **options: Any) -> Answer:
    """Answer a request; the options are those of `environ_of`.

    Like Django's test client it leaves the test's own connection, and the transaction in it, open.
    """
    told: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
        told[:] = [int(status[:3]), {name.lower(): value for name, value in headers}]
        return lambda _data: None

    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        content: Any = application(environ_of(path, **options), start_response)
        body = b"".join(content)
        if hasattr(content, "close"):
            content.close()
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        if not connection.in_atomic_block:
            close_old_connections()
    return Answer(told[0], told[1], body)


def next_page(answer: Answer) -> str | None:
    """Where a list goes on."""
    found = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return found[1] if found else None
