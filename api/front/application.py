"""The layer of WSGI ahead of Django: what is in the cache is answered here, and every answer gets its headers.

A request with a key costs one round trip to Redis for key, rate limit and body (`api.front.admission`). What is not
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

from api import metrics
from api.endpoints import states
from api.endpoints.errors import error_response
from api.front import incoming_request
from api.front.admission import ADMISSION, ENDPOINT, REQUEST_ID, Verdict
from api.front.answer_store import StoredAnswer
from api.front.compression import close_content, compress_content, read_content
from api.front.headers import (
    CACHE_CONTROL,
    Headers,
    constant_headers,
    cross_origin_headers,
    is_insecure,
    rate_limit_headers,
    request_id_of,
)
from api.front.request_log import log_api_request
from sign_in.client_address import client_address
from wording.language import language_of


class Front:
    """A WSGI application in front of Django's."""

    def __init__(self, django: WSGIApplication) -> None:
        self._django = django

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/api/") or is_insecure(environ):
            return self._django(environ, start_response)
        started = time.perf_counter()
        environ[REQUEST_ID] = request_id = request_id_of(environ)
        incoming = incoming_request.receive(environ)
        ahead = _answer_ahead(incoming, environ)
        if ahead is None:
            environ[ADMISSION] = incoming.admission
            return _DjangoAnswer(environ, start_response, incoming, started).from_django(self._django)
        status, headers, body = ahead
        headers += [*constant_headers(), *rate_limit_headers(incoming.admission), ("X-Request-ID", request_id)]
        if "HTTP_ORIGIN" in environ:
            headers += cross_origin_headers(environ)
        endpoint = incoming.route.endpoint if incoming.route else "-"
        _note(environ, incoming, endpoint, status, started, answered_by="front")
        start_response(_STATUS_LINES[status], headers)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]


def _note(
    environ: WSGIEnvironment,
    incoming: incoming_request.IncomingRequest,
    endpoint: str,
    status: HTTPStatus,
    started: float,
    *,
    answered_by: str,
) -> None:
    """Count and log one request."""
    seconds = time.perf_counter() - started
    count, duration = metrics.of_request(environ["REQUEST_METHOD"], endpoint, status.value)
    count.inc()
    duration.observe(seconds)
    key = incoming.admission.key if incoming.admission is not None else None
    log_api_request(
        request_id=environ[REQUEST_ID], method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"], endpoint=endpoint,
        status=status.value, seconds=seconds, key=key.prefix if key is not None else "-", answered_by=answered_by,
        address=client_address(environ),
    )  # fmt: skip


_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}
_Answer = tuple[HTTPStatus, Headers, bytes]


def _answer_ahead(incoming: incoming_request.IncomingRequest, environ: WSGIEnvironment) -> _Answer | None:
    if incoming.admission is not None and incoming.admission.verdict == Verdict.LIMITED:
        return _too_many(incoming, environ)
    if incoming.is_wrong:
        return _wrong_key(incoming, environ)
    if incoming.is_uncountable:
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, environ, {})
    answer = incoming_request.find_cached(incoming) or incoming_request.build_from_memory(incoming)
    if answer is not None and incoming_request.is_of_state_wanted(incoming, answer):
        return _success(incoming, answer)
    if incoming.is_database_away:
        incoming_request.give_up(incoming)
        return _error(HTTPStatus.SERVICE_UNAVAILABLE, environ, {})
    return None


def _success(incoming: incoming_request.IncomingRequest, answer: StoredAnswer) -> _Answer:
    """The answer in the form that the caller understands, or 304 where the caller has it."""
    is_packed = bool(answer.gzip) and (incoming.accepts_gzip or not answer.body)
    headers = [
        ("ETag", f'"{answer.etag}-gzip"' if is_packed else f'"{answer.etag}"'),
        ("Cache-Control", CACHE_CONTROL),
    ]
    if answer.state:
        headers.append((states.HEADER, answer.state))
    if answer.link:
        headers.append(("Link", answer.link))
    if incoming.if_none_match and (incoming.if_none_match == "*" or answer.etag in incoming.if_none_match):
        return HTTPStatus.NOT_MODIFIED, headers, b""
    body = answer.gzip if is_packed else answer.body
    if is_packed:
        headers.append(("Content-Encoding", "gzip"))
    headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return HTTPStatus.OK, headers, body


def _too_many(incoming: incoming_request.IncomingRequest, environ: WSGIEnvironment) -> _Answer:
    """429, with the seconds until one more request fits in."""
    assert incoming.admission is not None  # noqa: S101 it is what says so
    return _limited(environ, incoming_request.seconds_to_wait(incoming.admission), {})


def _wrong_key(incoming: incoming_request.IncomingRequest, environ: WSGIEnvironment) -> _Answer:
    """401; 429 where too many of them came from that address."""
    if incoming.wait_seconds:
        return _limited(environ, incoming.wait_seconds, {"reason": "WRONG_API_KEYS"})
    status, headers, body = _error(HTTPStatus.UNAUTHORIZED, environ, {})
    return status, [("WWW-Authenticate", "ApiKey"), *headers], body


def _limited(environ: WSGIEnvironment, wait_seconds: int, details: dict[str, Any]) -> _Answer:
    details = {"retry_after_seconds": wait_seconds, **details}
    status, headers, body = _error(HTTPStatus.TOO_MANY_REQUESTS, environ, details)
    return status, [("Retry-After", str(wait_seconds)), *headers], body


def _error(status: HTTPStatus, environ: WSGIEnvironment, details: dict[str, Any]) -> _Answer:
    language = language_of(environ)
    with translation.override(language):
        body = error_response(status, details=details).content
    headers = [("Content-Language", language), ("Cache-Control", "no-store")]
    return status, [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body


class _DjangoAnswer:
    """What Django answers to one request, on its way out."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        incoming: incoming_request.IncomingRequest,
        started: float,
    ) -> None:
        self._environ, self._start_response, self._incoming, self._started = environ, start_response, incoming, started
        self._status, self._headers = "", Headers()

    def from_django(self, django: WSGIApplication) -> Iterable[bytes]:
        """Call Django; keep what is to be kept; add the headers that go with everything."""
        with structlog.contextvars.bound_contextvars(request_id=self._environ[REQUEST_ID]):
            try:
                content = django(self._environ, self._keep_head)
            except BaseException:
                incoming_request.give_up(self._incoming)
                raise
        status, headers, content = self._finish(HTTPStatus(int(self._status[:3])), content)
        if self._environ["REQUEST_METHOD"] == "HEAD":
            close_content(content)
            content = []
        headers |= dict(constant_headers()) | dict(rate_limit_headers(self._incoming.admission))
        headers["X-Request-ID"] = self._environ[REQUEST_ID]
        endpoint = self._environ.get(ENDPOINT, "-")
        _note(self._environ, self._incoming, endpoint, status, self._started, answered_by="django")
        cookies = [(name, value) for name, value in self._headers if name == "Set-Cookie"]
        headers.pop("Set-Cookie", None)
        self._start_response(_STATUS_LINES[status], [*headers.items(), *cookies])
        return content

    def _finish(
        self, status: HTTPStatus, content: Iterable[bytes]
    ) -> tuple[HTTPStatus, dict[str, str], Iterable[bytes]]:
        """What may be kept, kept, with its ETag; the rest compressed."""
        headers = dict(self._headers)
        if status != HTTPStatus.METHOD_NOT_ALLOWED and self._environ["REQUEST_METHOD"] != "OPTIONS":
            headers.pop("Allow", None)  # REST framework says it with everything
        if status == HTTPStatus.OK and "Cache-Control" not in headers and self._incoming.route is not None:
            answer = incoming_request.keep(
                self._incoming, read_content(content), headers.get("Link", ""), headers.get(states.HEADER, "")
            )
            status, changed, body = _success(self._incoming, answer)
            for name in ("Content-Type", "Content-Length"):
                headers.pop(name, None)
            headers |= dict(changed)
            return status, headers, [body]
        incoming_request.give_up(self._incoming)
        headers.setdefault("Cache-Control", "no-store" if status >= 400 else CACHE_CONTROL)
        return status, headers, compress_content(content, headers, self._environ)

    def _keep_head(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        self._status, self._headers = status, headers
        return lambda _data: None
