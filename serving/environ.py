"""A request as WSGI wants it, made of one as Granian's RSGI has it."""

import io
import sys
from functools import lru_cache
from typing import Any
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

_CONSTANTS = {
    "SCRIPT_NAME": "",
    "SERVER_SOFTWARE": "Granian",
    "GATEWAY_INTERFACE": "CGI/1.1",
    "wsgi.errors": sys.stderr,
    "wsgi.input_terminated": True,
    "wsgi.version": (1, 0),
    "wsgi.multithread": True,
    "wsgi.multiprocess": True,
    "wsgi.run_once": False,
}
_ASCII = "".join(map(chr, range(128)))
# What described the way of the body, which has arrived.
_DROPPED = frozenset({"content-length", "transfer-encoding", "expect"})


def environ_of(scope: Any, body: bytes) -> WSGIEnvironment:
    """The request's environment, with all of its body."""
    server_name, _, server_port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        **_CONSTANTS,
        "REQUEST_METHOD": scope.method,
        "PATH_INFO": _as_bytes(scope.path),
        "QUERY_STRING": _quoted(scope.query_string),
        "SERVER_NAME": server_name,
        "SERVER_PORT": server_port,
        "SERVER_PROTOCOL": "HTTP/1.0" if scope.http_version == "1" else f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "CONTENT_LENGTH": str(len(body)) if body else "",
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in scope.headers.items():
        # `X_Api_Key` would pass for `X-Api-Key`, behind the back of a proxy that sets or removes the latter.
        if name in _DROPPED or "_" in name:
            continue
        variable, text = _variable(name), _as_bytes(value)
        if variable in environ:
            environ[variable] += (";" if name == "cookie" else ",") + text
        else:
            environ[variable] = text
    if "HTTP_HOST" not in environ and scope.authority:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _as_bytes(text: str) -> str:
    """As WSGI wants it (PEP 3333): each byte as one letter."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("latin-1")


def _quoted(query: str) -> str:
    """A query as browsers send it, also of who writes Japanese into an address as it is: everybody behind reads one spelling."""
    return query if query.isascii() else quote(query, safe=_ASCII, errors="replace")


@lru_cache(maxsize=256)
def _variable(name: str) -> str:
    return "CONTENT_TYPE" if name == "content-type" else "HTTP_" + name.upper().replace("-", "_")
