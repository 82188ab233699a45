"""`/mcp`: the protocol's Streamable HTTP without sessions. POST carries one message and is answered with JSON; there is no stream to GET
and no session to DELETE.

1. Who comes from a page of another origin is refused (DNS rebinding), and who sends too much.
2. REST is asked once: what the tool asks, or else whether the key is let in. A wrong key, a missing right and a reached limit become the
   HTTP answer itself, as REST gives it, so that the request is counted, limited and logged once whatever it is.
3. Only then the SDK reads the message; the tool's result is what REST answered.
"""

from functools import cached_property
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import orjson
import structlog
from django.utils import translation
from mcp.server.lowlevel import Server

from agents.calls import admit, answer_call
from agents.origins import is_foreign
from agents.protocol import MAX_BYTES, Message, find_prepared, read_message, speak
from agents.rest import RestAnswer
from agents.server import make_server
from api.endpoints.errors import error_body
from api.front.headers import Headers, constant_headers, cross_origin_headers, request_id_of
from wording.language import language_of

logger = structlog.get_logger(__name__)

#: Told by HTTP, of calls as well: programs that speak the protocol know what to do with them.
_BY_HTTP = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS})
#: Of REST's answer these belong to the whole.
_HANDED_ON = (
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "RateLimit-Policy", "RateLimit", "X-Ledger-Revision", "X-Request-ID",
)  # fmt: skip
_WITH_REFUSAL = ("Retry-After", "WWW-Authenticate", "Content-Language")


class McpEndpoint:
    """A WSGI application beside `rest`."""

    def __init__(self, rest: WSGIApplication) -> None:
        self._rest = rest

    @cached_property
    def _server(self) -> Server[Any]:
        return make_server(find_prepared)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["HTTP_X_REQUEST_ID"] = request_id_of(environ)
        status, headers, body = self._answer(environ)
        found = dict(constant_headers()) | {"X-Request-ID": environ["HTTP_X_REQUEST_ID"], "Cache-Control": "no-store"}
        found |= dict(cross_origin_headers(environ)) | dict(headers) | {"Content-Length": str(len(body))}
        start_response(f"{status} {HTTPStatus(status).phrase}", [*found.items()])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else body]

    def _answer(self, environ: WSGIEnvironment) -> tuple[int, Headers, bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return _refusal(environ, HTTPStatus.METHOD_NOT_ALLOWED, [("Allow", "POST, OPTIONS")])
        if is_foreign(environ):
            logger.warning("mcp_refused", reason="origin")
            return _refusal(environ, HTTPStatus.FORBIDDEN)
        length = int(environ.get("CONTENT_LENGTH") or 0)
        if length > MAX_BYTES:
            return _refusal(environ, HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = environ["wsgi.input"].read(length)
        message = read_message(body)
        answer = self._ask(message, environ)
        handed_on = [(name, answer.headers[name.lower()]) for name in _HANDED_ON if answer.headers.get(name.lower())]
        if answer.status in _BY_HTTP or (answer.status != HTTPStatus.OK and not message.is_call):
            handed_on += [
                (name, answer.headers[name.lower()]) for name in _WITH_REFUSAL if name.lower() in answer.headers
            ]
            return (
                answer.status,
                [*handed_on, _JSON],
                _error_of(message, answer.status, orjson.loads(answer.body)["error"]),
            )
        status, headers, spoken = speak(self._server, environ, body, message, answer)
        return (
            status,
            [*handed_on, *((name, value) for name, value in headers if name.lower() == "content-type")],
            spoken,
        )

    def _ask(self, message: Message, environ: WSGIEnvironment) -> RestAnswer:
        if message.arguments is None:
            return admit(self._rest, message.method, environ)
        return answer_call(self._rest, message.tool, message.arguments, environ)


_JSON = ("Content-Type", "application/json")


def _refusal(environ: WSGIEnvironment, status: int, headers: Headers | None = None) -> tuple[int, Headers, bytes]:
    language = language_of(environ)
    with translation.override(language):
        error = error_body(status)["error"]
    return status, [*(headers or []), _JSON, ("Content-Language", language)], _error_of(Message(), status, error)


def _error_of(message: Message, status: int, error: dict[str, Any]) -> bytes:
    """The API's error as JSON-RPC has errors: its number is the HTTP status, its data the whole. Most programs show the message alone."""
    details = f" {orjson.dumps(error['details']).decode()}" if error["details"] else ""
    told = {"code": status, "message": f"{error['code']}: {error['message']}{details}", "data": error}
    return orjson.dumps({"jsonrpc": "2.0", "id": message.id, "error": told})
