"""A server of large answers, which says how much of them waits to be sent."""

from collections.abc import Iterable
from wsgiref.types import StartResponse, WSGIEnvironment

import django

django.setup()

# isort: split
from serving.rsgi_application import RsgiApplication  # noqa: E402 Django is set up above
from serving.unsent_answers import MAX_BYTES  # noqa: E402

SIZE = MAX_BYTES // 64
_BODY = b"x" * SIZE


def _answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    body = str(application.unsent.bytes).encode() if environ["PATH_INFO"] == "/unsent" else _BODY
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


application = RsgiApplication(_answer)
