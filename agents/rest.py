"""Asking the REST API inside this process, as one asks it from outside: through the layer ahead of Django, with the caller's key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from agents.questions import Question
from api.front.admission import LABEL
from api.front.headers import Headers

#: Of a request to `/mcp` the REST request has these: who asks, from where, and in which language. No cookie: whoever is signed in to the
#: admin in the same browser has not asked.
_PASSED_ON = (
    "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "SERVER_SOFTWARE", "REMOTE_ADDR", "wsgi.version", "wsgi.url_scheme", "wsgi.errors",
    "wsgi.multithread", "wsgi.multiprocess", "wsgi.run_once", "HTTP_HOST", "HTTP_X_API_KEY", "HTTP_AUTHORIZATION",
    "HTTP_ACCEPT_LANGUAGE", "HTTP_X_REQUEST_ID", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RestAnswer:
    """What REST answered; names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(rest: WSGIApplication, question: Question, caller: WSGIEnvironment) -> RestAnswer:
    """One request; it is counted, limited and logged like every other, under the label of the question."""
    environ: dict[str, Any] = {name: caller[name] for name in _PASSED_ON if name in caller}
    environ |= {
        "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": question.path, "QUERY_STRING": question.query,
        "HTTP_ACCEPT": "application/json", "wsgi.input": BytesIO(), "wsgi.input_terminated": True, "CONTENT_LENGTH": "",
        LABEL: question.label,
    }  # fmt: skip
    told: list[tuple[str, Headers]] = []

    def start(status: str, headers: Headers, _exc_info: Any = None) -> Any:
        told.append((status, headers))

    body = _read(rest(environ, start))
    status, headers = told[-1]
    return RestAnswer(int(status[:3]), {name.lower(): value for name, value in headers}, body)


def _read(content: Iterable[bytes]) -> bytes:
    try:
        return b"".join(content)
    finally:
        if close := getattr(content, "close", None):
            close()
