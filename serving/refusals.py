"""Answers that need no thread: the server is alive, it is busy, or a request did not arrive whole."""

from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from api.endpoints.errors import error_response
from api.front.headers import request_id_of
from wording.language import language_of_refusal

Refusal = tuple[int, list[tuple[str, str]], bytes]

_BUSY_RETRY_SECONDS = 2
_OF_PROGRAMS = ("/api/", "/mcp")
#: For a person; programs get the reason's name beside it.
_WORDS = {
    "too_large": _("送られたデータが大きすぎます。"),
    "too_slow": _("データの送信に時間がかかりすぎたため、受信を打ち切りました。もう一度送ってください。"),
    "incomplete": _("データが最後まで届きませんでした。何も実行していません。もう一度送ってください。"),
    "broken": _("データが途中で壊れました。何も実行していません。もう一度送ってください。"),
    "length": _("Content-Length が数ではありません。"),
    "unmeasured": _("データの長さ（Content-Length）を付けて送ってください。"),
    "too_many_bodies": _("ただいま混み合っています。しばらくしてからやり直してください。"),
    "busy": _("ただいま混み合っています。しばらくしてからやり直してください。"),
    "database": _("データベースを利用できません。しばらくしてからやり直してください。"),
    "failed": _("サーバー内部でエラーが発生しました。"),
}


def refusal(status: int, reason: str, headers: Any, path: str) -> Refusal:
    """An answer with `status` to a request with those headers: the API's error, or for people a page in words.

    The connection ends with it where a part of the request may still be on its way.
    """
    language = language_of_refusal(
        {
            "PATH_INFO": path,
            "HTTP_ACCEPT_LANGUAGE": headers.get("accept-language") or "",
            "HTTP_COOKIE": headers.get("cookie") or "",
        }
    )
    with translation.override(language):
        words = str(_WORDS[reason])
        if path.startswith(_OF_PROGRAMS):
            body = error_response(status, details={"reason": reason, "body": words}).content
            content_type = "application/json"
        else:
            body = _page(words, language).encode()
            content_type = "text/html; charset=utf-8"
    found = [
        ("Content-Type", content_type), ("Content-Length", str(len(body))), ("Content-Language", language),
        ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
        ("X-Request-ID", request_id_of({"HTTP_X_REQUEST_ID": headers.get("x-request-id") or ""})),
    ]  # fmt: skip
    if status == 503:
        found.append(("Retry-After", str(_BUSY_RETRY_SECONDS)))
    if reason not in ("busy", "database", "failed"):
        found.append(("Connection", "close"))
    return status, found, body


def refuse_unmeasured(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """411, as a WSGI application."""
    names = {"accept-language": "HTTP_ACCEPT_LANGUAGE", "cookie": "HTTP_COOKIE", "x-request-id": "HTTP_X_REQUEST_ID"}
    given = {name: environ.get(variable) for name, variable in names.items()}
    _status, headers, body = refusal(411, "unmeasured", given, environ["PATH_INFO"])
    # The connection is the server's business, not an application's.
    start_response("411 Length Required", [pair for pair in headers if pair[0] != "Connection"])
    return [body]


def _page(words: str, language: str) -> str:
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>Meigara</title>'
        f'<body style="font-family:sans-serif;max-width:40rem;margin:4rem auto"><h1>Meigara</h1><p>{words}</p></body></html>\n'
    )
