"""What a caller is told who is not let in, or cannot be answered now."""

from http import HTTPStatus
from typing import Any
from wsgiref.types import WSGIEnvironment

from django.utils import translation

from api.endpoints.errors import error_response
from api.front.headers import Headers
from api.front.sent_key import CHALLENGE
from api.front.stages import Refused
from wording.language import language_of

Answer = tuple[HTTPStatus, Headers, bytes]


def refusal(stage: Refused, environ: WSGIEnvironment) -> Answer:
    """Status, headers and the API's error; with when to come again, where that is known."""
    details: dict[str, Any] = {}
    headers: Headers = []
    if stage.wait_seconds:
        details = {"retry_after_seconds": stage.wait_seconds}
        headers = [("Retry-After", str(stage.wait_seconds))]
    if stage.reason:
        details["reason"] = stage.reason
    if stage.status == HTTPStatus.UNAUTHORIZED:
        headers = [("WWW-Authenticate", CHALLENGE)]
    language = language_of(environ)
    with translation.override(language):
        body = error_response(stage.status, details=details).content
    headers += [("Content-Language", language), ("Cache-Control", "no-store")]
    return stage.status, [*headers, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body
