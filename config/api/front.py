"""The layer of WSGI ahead of Django: what is in the cache is answered here, and every answer gets its headers.

A request with a key costs one round trip to Redis for key, rate limit and body (`config.api.admission`). What is not
in the cache goes on to Django with what was learnt on the way, and its answer is kept for the next. Everything that is
not under `/api/` passes by untouched.
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.utils import translation

from config.api import door, metrics
from config.api.admission import ADMISSION, ENDPOINT, REQUEST_ID, Verdict
from config.api.answer_store import StoredAnswer
from config.api.errors import error_response
from config.api.headers import (
    CACHE_CONTROL,
    Headers,
    constant_headers,
    cross_origin_headers,
    is_insecure,
    rate_limit_headers,
    request_id_of,
)
from config.api.request_log import log_api_request


class Front:
    """A WSGI application in front of Django's."""

    def __init__(self, django: WSGIApplication) -> None:
        self._django = django

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        if not environ["PATH_INFO"].startswith("/api/") or is_insecure(environ):
            return self._django(environ, start_response)
        started = time.perf_counter()
        environ[REQUEST_ID] = request_id = request_id_of(environ)
        visit = door.receive(environ)
        ahead = _answer_ahead(visit, environ)
        if ahead is None:
            environ[ADMISSION] = visit.admission
            return _DjangoAnswer(environ, start_response, visit, started).from_django(self._django)
        status, headers, body = ahead
        headers += [*constant_headers(), *rate_limit_headers(visit.admission), ("X-Request-ID", request_id)]
        if "HTTP_ORIGIN" in environ:
            headers += cross_origin_headers(environ)
        endpoint = visit.route.endpoint if visit.route else "-"
        _note(environ, visit, endpoint, status, started, answered_by="front")
        start_response(_STATUS_LINES[status], headers)
        return [body]


def _note(
    environ: WSGIEnvironment, visit: door.Visit, endpoint: str, status: HTTPStatus, started: float, *, answered_by: str
) -> None:
    """Count and log one request."""
    seconds = time.perf_counter() - started
    count, duration = metrics.of_request(environ["REQUEST_METHOD"], endpoint, status.value)
    count.inc()
    duration.observe(seconds)
    key = visit.admission.key if visit.admission is not None else None
    log_api_request(
        request_id=environ[REQUEST_ID], method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"], endpoint=endpoint,
        status=status.value, seconds=seconds, key=key.prefix if key is not None else "-", answered_by=answered_by,
    )  # fmt: skip


_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}
_Answer = tuple[HTTPStatus, Headers, bytes]


def _answer_ahead(visit: door.Visit, environ: WSGIEnvironment) -> _Answer | None:
    if visit.admission is not None and visit.admission.verdict == Verdict.LIMITED:
        return _too_many(visit, environ)
    if visit.is_uncountable:
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, environ, {})
    answer = door.find_cached(visit) or door.build_from_memory(visit)
    if answer is not None:
        return _success(visit, answer)
    if visit.is_database_away:
        door.give_up(visit)
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, environ, {})
    return None


def _success(visit: door.Visit, answer: StoredAnswer) -> _Answer:
    headers = [("ETag", f'"{answer.etag}"'), ("Cache-Control", CACHE_CONTROL)]
    if answer.link:
        headers.append(("Link", answer.link))
    if visit.if_none_match and (visit.if_none_match == "*" or answer.etag in visit.if_none_match):
        return HTTPStatus.NOT_MODIFIED, headers, b""
    body = answer.body
    if answer.gzip and (visit.accepts_gzip or not body):
        body = answer.gzip
        headers[0] = ("ETag", f'"{answer.etag}-gzip"')
        headers.append(("Content-Encoding", "gzip"))
    headers.append(("Content-Length", str(len(body))))
    return HTTPStatus.OK, headers, body


def _too_many(visit: door.Visit, environ: WSGIEnvironment) -> _Answer:
    """429, with the seconds until one more request fits in."""
    assert visit.admission is not None  # noqa: S101 it is what says so
    wait_seconds = max(1, -(-(visit.admission.reset_at - visit.admission.now) // 1000))
    status, headers, body = _error(HTTPStatus.TOO_MANY_REQUESTS, environ, {"retry_after_seconds": wait_seconds})
    return status, [("Retry-After", str(wait_seconds)), *headers], body


def _error(status: HTTPStatus, environ: WSGIEnvironment, details: dict[str, int]) -> _Answer:
    language = "en" if environ.get("HTTP_ACCEPT_LANGUAGE", "").lower().startswith("en") else "ja"
    with translation.override(language):
        body = error_response(status, details=details).content
    headers = [("Content-Language", language), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))]
    return status, headers, body


class _DjangoAnswer:
    """What Django answers to one request, on its way out."""

    def __init__(
        self, environ: WSGIEnvironment, start_response: StartResponse, visit: door.Visit, started: float
    ) -> None:
        self._environ, self._start_response, self._visit, self._started = environ, start_response, visit, started
        self._status, self._headers = "", Headers()

    def from_django(self, django: WSGIApplication) -> Iterable[bytes]:
        """Call Django; keep what is to be kept; add the headers that go with everything."""
        with structlog.contextvars.bound_contextvars(request_id=self._environ[REQUEST_ID]):
            try:
                content = django(self._environ, self._keep_head)
            except BaseException:
                door.give_up(self._visit)
                raise
        status = HTTPStatus(int(self._status[:3]))
        headers = dict(self._headers)
        is_kept = status == HTTPStatus.OK and "Cache-Control" not in headers and self._visit.route is not None
        if is_kept and self._visit.is_builder:
            body = b"".join(content)
            if close := getattr(content, "close", None):
                close()
            answer = door.keep(self._visit, body, headers.get("Link", ""))
            status, changed, sent = _success(self._visit, answer)
            content = [sent]
            headers |= dict(changed)
        else:
            door.give_up(self._visit)
            headers.setdefault("Cache-Control", "no-store" if status >= 400 else CACHE_CONTROL)
        headers |= dict(rate_limit_headers(self._visit.admission))
        headers["X-Request-ID"] = self._environ[REQUEST_ID]
        endpoint = self._environ.get(ENDPOINT, "-")
        _note(self._environ, self._visit, endpoint, status, self._started, answered_by="django")
        cookies = [(name, value) for name, value in self._headers if name == "Set-Cookie"]
        headers.pop("Set-Cookie", None)
        self._start_response(_STATUS_LINES[status], [*headers.items(), *cookies])
        return content

    def _keep_head(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        self._status, self._headers = status, headers
        return lambda _data: None
