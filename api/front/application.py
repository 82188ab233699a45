"""The layer of WSGI ahead of Django: what is in the cache is answered here, and every answer gets its headers.

A request with a key takes a permit of the lease that this process has, or one round trip to Redis (`api.front.leases`). What is not
in the cache goes on to Django with what was learnt on the way, and its answer is kept for the next. Everything that is
not under `/api/` passes by untouched.
"""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import structlog
from django.utils import timezone

from api import metrics
from api.endpoints import states
from api.front.admission import ADMISSION, ENDPOINT, LABEL, REQUEST_ID
from api.front.answer_store import StoredAnswer
from api.front.cached_routes import Built
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
from api.front.incoming_request import find_ready, find_stage
from api.front.kept_answers import give_up, keep
from api.front.question import Question
from api.front.refusals import Answer, refusal
from api.front.request_log import log_api_request
from api.front.stages import PassOn, Ready, Refused, Stage, ToBuild
from api.front.validators import has_it, is_file_known, last_modified
from api.key_uses import key_uses
from api.turns import PROBES, tries
from sign_in.client_address import client_address


class Front:
    """A WSGI application in front of Django's."""

    def __init__(self, django: WSGIApplication) -> None:
        self._django = django

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not environ["PATH_INFO"].startswith("/api/") or is_insecure(environ):
            if environ["PATH_INFO"] not in PROBES:
                tries.make_now_and_then(timezone.localdate())
            return self._django(environ, start_response)
        started = time.perf_counter()
        environ[REQUEST_ID] = request_id_of(environ)
        stage = find_stage(environ)
        if isinstance(stage, ToBuild | PassOn):
            if stage.admission is None:
                # Redis, which says when data turns, was not asked.
                tries.make_now_and_then(timezone.localdate())
            environ[ADMISSION] = stage.admission
            return _DjangoAnswer(environ, start_response, stage, started).from_django(self._django)
        status, headers, body = _told(environ, stage, started)
        start_response(_STATUS_LINES[status], headers)
        return [body]

    @staticmethod
    def answer_at_once(environ: WSGIEnvironment) -> Answer | None:
        """The answer to a request that takes some microseconds and waits for nothing, so that no thread is needed; `None` where
        there is more to do.
        """
        started = time.perf_counter()
        if not environ["PATH_INFO"].startswith("/api/") or is_insecure(environ):
            return None
        stage = find_ready(environ)
        if stage is None:
            return None
        environ[REQUEST_ID] = request_id_of(environ)
        return _told(environ, stage, started)


def _told(environ: WSGIEnvironment, stage: Refused | Ready, started: float) -> Answer:
    """The whole answer, counted and logged."""
    if isinstance(stage, Refused):
        status, headers, body = refusal(stage, environ)
    else:
        status, headers, body = _success(stage.question, stage.answer)
    headers += [*constant_headers(), *rate_limit_headers(stage.admission), ("X-Request-ID", environ[REQUEST_ID])]
    if "HTTP_ORIGIN" in environ:
        headers += cross_origin_headers(environ)
    endpoint = stage.question.route.endpoint if stage.question else "-"
    _note(environ, stage, endpoint, status, started, answered_by="front")
    return status, headers, b"" if environ["REQUEST_METHOD"] == "HEAD" else body


def _note(
    environ: WSGIEnvironment,
    stage: Stage,
    endpoint: str,
    status: HTTPStatus,
    started: float,
    *,
    answered_by: str,
) -> None:
    """Count and log one request."""
    seconds, address = time.perf_counter() - started, client_address(environ)
    endpoint = environ.get(LABEL) or endpoint
    if stage.admission is not None:
        key_uses.count(stage.admission.key.pk, endpoint, address)
    count, duration = metrics.of_request(environ["REQUEST_METHOD"], endpoint, status.value)
    count.inc()
    duration.observe(seconds)
    log_api_request(
        request_id=environ[REQUEST_ID], method=environ["REQUEST_METHOD"], path=environ["PATH_INFO"], endpoint=endpoint,
        status=status.value, seconds=seconds, key="-" if stage.admission is None else stage.admission.key.prefix, answered_by=answered_by,
        address=address,
    )  # fmt: skip


_STATUS_LINES = {status: f"{status.value} {status.phrase}" for status in HTTPStatus}


def _success(question: Question, answer: StoredAnswer) -> Answer:
    """The answer in the form that the caller understands, or 304 where the caller has it."""
    is_packed = bool(answer.gzip) and (question.accepts_gzip or not answer.body)
    headers = [
        ("ETag", f'"{answer.etag}-gzip"' if is_packed else f'"{answer.etag}"'),
        ("Cache-Control", CACHE_CONTROL),
    ]
    if answer.state:
        headers.append((states.HEADER, answer.state))
    if answer.revision:
        headers.append((states.REVISION_HEADER, answer.revision))
    if answer.link:
        headers.append(("Link", answer.link))
    if 0 < answer.modified <= time.time():
        headers.append(last_modified(answer.modified))
    since, has = question.if_modified_since, question.if_none_match
    if (has or since) and has_it(answer.etag, answer.modified, has, since):
        return HTTPStatus.NOT_MODIFIED, headers, b""
    body = answer.gzip if is_packed else answer.body
    if is_packed:
        headers.append(("Content-Encoding", "gzip"))
    headers += [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
    return HTTPStatus.OK, headers, body


class _DjangoAnswer:
    """What Django answers to one request, on its way out."""

    def __init__(
        self,
        environ: WSGIEnvironment,
        start_response: StartResponse,
        stage: ToBuild | PassOn,
        started: float,
    ) -> None:
        self._environ, self._start_response, self._stage, self._started = environ, start_response, stage, started
        self._status, self._headers = "", Headers()

    def from_django(self, django: WSGIApplication) -> Iterable[bytes]:
        """Call Django; keep what is to be kept; add the headers that go with everything."""
        with structlog.contextvars.bound_contextvars(request_id=self._environ[REQUEST_ID]):
            try:
                content = django(self._environ, self._keep_head)
            except BaseException:
                give_up(self._stage)
                raise
        status, headers, content = self._finish(HTTPStatus(int(self._status[:3])), content)
        if self._environ["REQUEST_METHOD"] == "HEAD":
            close_content(content)
            content = []
        headers |= dict(constant_headers()) | dict(rate_limit_headers(self._stage.admission))
        headers["X-Request-ID"] = self._environ[REQUEST_ID]
        endpoint = self._environ.get(ENDPOINT, "-")
        _note(self._environ, self._stage, endpoint, status, self._started, answered_by="django")
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
        question = self._stage.question
        if status == HTTPStatus.OK and "Cache-Control" not in headers and question is not None:
            names = (states.HEADER, "Link", states.REVISION_HEADER)
            built = Built(read_content(content), *(headers.get(name, "") for name in names))
            answer = keep(self._stage, question, built)
            status, changed, body = _success(question, answer)
            for name in ("Content-Type", "Content-Length"):
                headers.pop(name, None)
            headers |= dict(changed)
            return status, headers, [body]
        give_up(self._stage)
        is_file = status == HTTPStatus.OK and "Content-Disposition" in headers and states.HEADER in headers
        if is_file and is_file_known(headers, self._environ):
            close_content(content)
            return HTTPStatus.NOT_MODIFIED, headers, []
        is_read = self._environ["REQUEST_METHOD"] in ("GET", "HEAD")
        headers.setdefault("Cache-Control", CACHE_CONTROL if is_read and status < 400 else "no-store")
        return status, headers, compress_content(content, headers, self._environ)

    def _keep_head(self, status: str, headers: Headers, exc_info: Any = None) -> Callable[[bytes], object]:
        self._status, self._headers = status, headers
        return lambda _data: None
