"""The one shape of every error under `/api/`: `{"error": {"code", "message", "details"}}`."""

from collections.abc import Mapping, Sequence
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
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, status
from rest_framework.response import Response

from database.connections import drop_broken_connections, is_cut_off, is_unavailable

logger = structlog.get_logger(__name__)

#: Code and message where a status says everything there is to say.
_BY_STATUS = {
    400: ("VALIDATION_ERROR", _("リクエストの内容に誤りがあります。")),
    401: (
        "INVALID_API_KEY",
        _(
            "API キーがないか、無効です。X-API-Key ヘッダー（または Authorization: Bearer）に有効なキーを指定してください。"
        ),
    ),
    403: ("PERMISSION_DENIED", _("この操作を行う権限がありません。")),
    404: ("NOT_FOUND", _("このパスには何もありません。")),
    405: ("METHOD_NOT_ALLOWED", _("このメソッドは使えません。")),
    406: ("NOT_ACCEPTABLE", _("application/json でのみ応答できます。")),
    409: (
        "IDEMPOTENCY_KEY_IN_USE",
        _("同じ Idempotency-Key の最初のリクエストを処理しています。少し待ってから、もう一度送ってください。"),
    ),
    408: ("REQUEST_TIMEOUT", _("リクエストの受信に時間がかかりすぎました。もう一度送ってください。")),
    411: ("LENGTH_REQUIRED", _("本文の長さ（Content-Length）を付けて送ってください。")),
    413: ("VALIDATION_ERROR", _("リクエストが大きすぎます。")),
    415: ("UNSUPPORTED_MEDIA_TYPE", _("本文は application/json で送ってください。")),
    422: (
        "IDEMPOTENCY_KEY_REUSED",
        _("この Idempotency-Key は、別の内容のリクエストで使われています。新しいキーで送ってください。"),
    ),
    429: ("RATE_LIMIT_EXCEEDED", _("リクエストの回数が上限を超えました。")),
    500: ("INTERNAL_SERVER_ERROR", _("サーバー内部でエラーが発生しました。")),
    503: ("SERVICE_UNAVAILABLE", _("一時的に利用できません。しばらくしてからやり直してください。")),
}


class ApiError(Exception):
    """An error that an endpoint names itself, with a message in the language of the request (`wording.language`)."""

    def __init__(self, status_code: int, code: str, message: str, *, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(code)
        self.status_code = status_code
        self.code = code
        self.message = message
        self.details = dict(details or {})


def error_body(status_code: int, *, details: Any = None) -> dict[str, Any]:
    """The body that goes with a status that needs no words of its own."""
    code, message = _BY_STATUS.get(status_code) or _BY_STATUS[400 if status_code < 500 else 500]
    return {"error": {"code": code, "message": str(message), "details": details or {}}}


def error_response(status_code: int, *, details: Any = None) -> JsonResponse:
    """The same for places where REST framework is not in charge."""
    return JsonResponse(
        error_body(status_code, details=details), status=status_code, json_dumps_params={"ensure_ascii": False}
    )


def handle_exception(error: Exception, context: Mapping[str, Any]) -> Response:
    """REST framework's exception handler: nothing gets past it in another shape, and no internals get out."""
    if isinstance(error, ApiError):
        body = {"error": {"code": error.code, "message": error.message, "details": error.details}}
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
            error_body(error.status_code, details=_by_field(error.detail) if is_told else _details_of(error)),
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


def _by_field(detail: Any) -> Any:
    """Sentences for each field; those on the members of a list, which REST framework tells by their places, with the place, counted from 1."""
    if not isinstance(detail, dict):
        return detail
    return {field: _sentences(told) if isinstance(told, dict) else told for field, told in detail.items()}


def _sentences(by_place: Mapping[Any, Sequence[str]]) -> list[str]:
    return [
        gettext("{place} 番目: {problem}").format(place=int(place) + 1, problem=problem)
        for place, problems in by_place.items()
        for problem in problems
    ]


def _details_of(error: exceptions.APIException) -> dict[str, list[str]]:
    """Parse errors and the like say in a sentence what was wrong; authentication says nothing more."""
    return {"body": [str(error.detail)]} if isinstance(error, exceptions.ParseError) else {}


def _details_of_request(error: Exception) -> dict[str, list[str]]:
    """What Django itself refuses, by where it stands."""
    if not isinstance(error, TooManyFieldsSent):
        return {}
    most = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    return {"query": [gettext("パラメーターは {most} 個までにしてください。").format(most=most)]}
