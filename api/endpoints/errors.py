"""The one shape of every error under `/api/`: `{"error": {"code", "message", "details"}}`."""

from collections.abc import Mapping
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import DataError
from django.http import Http404, JsonResponse
from django.utils.translation import get_language
from rest_framework import exceptions, status
from rest_framework.response import Response

from database.connections import drop_broken_connections, is_cut_off, is_unavailable

logger = structlog.get_logger(__name__)

#: Code and messages (Japanese, English) where a status says everything there is to say.
_BY_STATUS: dict[int, tuple[str, str, str]] = {
    400: ("VALIDATION_ERROR", "リクエストの内容に誤りがあります。", "The request is not valid."),
    401: (
        "INVALID_API_KEY",
        "API キーがないか、無効です。X-API-Key ヘッダーに有効なキーを指定してください。",
        "The API key is missing or not valid. Send a valid key in the X-API-Key header.",
    ),
    403: ("PERMISSION_DENIED", "この操作を行う権限がありません。", "You are not allowed to do this."),
    404: ("NOT_FOUND", "このパスには何もありません。", "There is nothing at this path."),
    405: ("METHOD_NOT_ALLOWED", "このメソッドは使えません。", "This method is not allowed here."),
    406: ("NOT_ACCEPTABLE", "application/json でのみ応答できます。", "Only application/json can be returned."),
    408: (
        "REQUEST_TIMEOUT",
        "リクエストの受信に時間がかかりすぎました。もう一度送ってください。",
        "The request took too long to arrive. Send it again.",
    ),
    411: (
        "LENGTH_REQUIRED",
        "本文の長さ（Content-Length）を付けて送ってください。",
        "Send the body with its length (Content-Length).",
    ),
    413: ("VALIDATION_ERROR", "リクエストが大きすぎます。", "The request is too large."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "本文は application/json で送ってください。", "Send the body as application/json."),
    429: ("RATE_LIMIT_EXCEEDED", "リクエストの回数が上限を超えました。", "Too many requests."),
    500: ("INTERNAL_SERVER_ERROR", "サーバー内部でエラーが発生しました。", "An internal error occurred."),
    503: (
        "SERVICE_UNAVAILABLE",
        "一時的に利用できません。しばらくしてからやり直してください。",
        "Temporarily unavailable. Try again later.",
    ),
}


class ApiError(Exception):
    """An error that an endpoint names itself, with a message in both languages."""

    def __init__(
        self, status_code: int, code: str, *, ja: str, en: str, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(code)
        self.status_code = status_code
        self.code = code
        self.message_ja = ja
        self.message_en = en
        self.details = dict(details or {})


def localised(ja: str, en: str) -> str:
    """The text in the language of the request: Japanese unless it asks for English."""
    return en if (get_language() or "ja").startswith("en") else ja


def error_body(status_code: int, *, details: Any = None) -> dict[str, Any]:
    """The body that goes with a status that needs no words of its own."""
    code, ja, en = _BY_STATUS.get(status_code) or _BY_STATUS[400 if status_code < 500 else 500]
    return {"error": {"code": code, "message": localised(ja, en), "details": details or {}}}


def error_response(status_code: int, *, details: Any = None) -> JsonResponse:
    """The same for places where REST framework is not in charge."""
    return JsonResponse(
        error_body(status_code, details=details), status=status_code, json_dumps_params={"ensure_ascii": False}
    )


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's exception handler: nothing gets past it in another shape, and no internals get out."""
    if isinstance(error, ApiError):
        message = localised(error.message_ja, error.message_en)
        body = {"error": {"code": error.code, "message": message, "details": error.details}}
        wait = error.details.get("retry_after_seconds")
        return Response(body, status=error.status_code, headers={"Retry-After": str(wait)} if wait else {})
    if isinstance(error, exceptions.APIException):
        is_told = isinstance(error, exceptions.ValidationError)
        headers = {}
        if challenge := getattr(error, "auth_header", None):
            headers["WWW-Authenticate"] = challenge
        if wait := getattr(error, "wait", None):
            headers["Retry-After"] = str(int(wait))
        return Response(
            error_body(error.status_code, details=error.detail if is_told else _details_of(error)),
            status=error.status_code,
            headers=headers,
        )
    code = _status_of(error, context)
    return Response(error_body(code, details=_details_of_request(error)), status=code)


#: Django's own errors; the more special come first.
_BY_KIND: dict[type[Exception], int] = {
    Http404: status.HTTP_404_NOT_FOUND,
    PermissionDenied: status.HTTP_403_FORBIDDEN,
    RequestDataTooBig: status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
    DataError: status.HTTP_400_BAD_REQUEST,
    SuspiciousOperation: status.HTTP_400_BAD_REQUEST,
}


def _status_of(error: Exception, context: Mapping[str, Any]) -> int:
    for kind, told in _BY_KIND.items():
        if isinstance(error, kind):
            return told
    request = context.get("request")
    path = getattr(request, "path", "")
    if is_cut_off(error):
        logger.warning("statement_cut_off", path=path, error=type(error.__cause__).__name__)
        return status.HTTP_503_SERVICE_UNAVAILABLE
    if is_unavailable(error):
        logger.exception("database_unavailable", path=path, exc_info=error)
        drop_broken_connections()
        return status.HTTP_503_SERVICE_UNAVAILABLE
    logger.exception("unhandled_exception", path=path, exc_info=error)
    return status.HTTP_500_INTERNAL_SERVER_ERROR


def _details_of(error: exceptions.APIException) -> dict[str, list[str]]:
    """Parse errors and the like say in a sentence what was wrong; authentication says nothing more."""
    return {"body": [str(error.detail)]} if isinstance(error, exceptions.ParseError) else {}


def _details_of_request(error: Exception) -> dict[str, list[str]]:
    """What Django itself refuses, by where it stands."""
    if not isinstance(error, TooManyFieldsSent):
        return {}
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return {"query": [localised(f"パラメーターは {most} 個までにしてください。", f"Give at most {most} parameters.")]}
