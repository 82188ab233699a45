"""How endpoints describe themselves in OpenAPI."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension, OpenApiSerializerFieldExtension
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers, status

from api.endpoints.errors import error_body
from api.endpoints.parameters import MAX_VALUES


class ErrorDetails(serializers.Serializer[Any]):
    """Facts for programs: those that go with the code, none for most."""

    code = serializers.CharField(required=False, help_text="銘柄コード")
    as_of = serializers.DateField(required=False, help_text="指定した日")
    first_date = serializers.DateField(required=False, allow_null=True, help_text="最初の一覧の日。null は一覧なし")
    sync_id = serializers.UUIDField(required=False, help_text="同期の ID")
    reason = serializers.CharField(required=False, help_text="株価を取得できなかった理由のコード")
    retry_after_seconds = serializers.IntegerField(required=False, help_text="もう一度送れるまでの秒数")
    state = serializers.CharField(required=False, help_text="指定した state")
    current_state = serializers.CharField(required=False, help_text="現在の state")


class _Error(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="機械で判別するための語")
    message = serializers.CharField(help_text="人が読む文（日本語、Accept-Language: en で英語）")


class ErrorContents(_Error):
    """What happened."""

    details = ErrorDetails()


class ErrorBody(serializers.Serializer[Any]):
    """Every error under `/api/` but what is wrong with the request itself."""

    error = ErrorContents()


class ValidationErrorContents(_Error):
    """What is wrong with the request."""

    details = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()), help_text="誤りのある項目とその理由"
    )


class ValidationErrorBody(serializers.Serializer[Any]):
    """An error of the request, by field."""

    error = ValidationErrorContents()


_MEANINGS = {
    400: "パラメーターに誤りがある",
    401: "API キーがないか無効",
    403: "権限がない",
    404: "見つからない",
    405: "使えないメソッド",
    406: "JSON 以外は返せない",
    409: "いまの状態では行えない",
    413: "本文が大きすぎる",
    414: "URL が長すぎる（Web サーバーが本文なしで返す）",
    415: "本文が JSON ではない",
    429: "回数の上限を超えた",
    500: "内部エラー",
    503: "一時的に利用できない",
}

#: Of the request itself: their details are reasons by field.
_OF_THE_REQUEST = (400, 413)

_DETAILS: dict[int, Any] = {
    400: {"limit": ["この値は1000以下にしてください。"]},
    404: {"code": "0000"},
    429: {"retry_after_seconds": 12},
}

_STATE_CHANGED = {
    "error": {
        "code": "STATE_CHANGED",
        "message": "読み始めてからデータが変わりました。state を外して最初のページから読み直してください。",
        "details": {"state": "1764028800000000.1764028800000000", "current_state": "1764064800000000.1764028800000000"},
    }
}


def describe(
    *,
    summary: str,
    answer: Any,
    parameters: list[Any] | None = None,
    description: str = "",
    tag: str = "companies",
    operation_id: str,
    may_miss: bool = False,
    may_conflict: bool = False,
    names_state: bool = False,
    body: Any = None,
    success: int = 200,
    example: Any = None,
) -> Callable[..., Any]:
    """Decorator for a method: its answer, its parameters, its body, and the errors that every endpoint may give.

    `answer` is a serializer, or for files a mapping of (status, content type).
    """
    is_file = isinstance(answer, dict)
    statuses = [400, 401, 403, *([404] if may_miss else []), *([] if is_file else [406])]
    statuses += [
        *([409] if may_conflict or names_state else []),
        *([413, 415] if success == 201 or body is not None else []),
        414,
        429,
        500,
        503,
    ]
    responses = dict(answer) if is_file else {success: _success(answer, summary, example)}
    responses |= {(code, "application/json"): _error(code) for code in statuses}
    if names_state:
        responses[409, "application/json"] = _shaped(ErrorBody, _MEANINGS[409], "STATE_CHANGED", _STATE_CHANGED)
    decorator: Callable[..., Any] = extend_schema(
        operation_id=operation_id,
        summary=summary,
        description=description or summary,
        parameters=parameters or [],
        request=body,
        responses=responses,
        tags=[tag],
    )
    return decorator


def _success(answer: Any, summary: str, example: Any) -> OpenApiResponse:
    examples = [OpenApiExample("example", value=example, response_only=True)] if example is not None else []
    return OpenApiResponse(answer, summary, examples=examples)


def _error(code: int) -> OpenApiResponse:
    if code == status.HTTP_414_REQUEST_URI_TOO_LONG:
        return OpenApiResponse(None, _MEANINGS[code])
    body = error_body(code, details=_DETAILS.get(code, {}))
    shape = ValidationErrorBody if code in _OF_THE_REQUEST else ErrorBody
    return _shaped(shape, _MEANINGS[code], body["error"]["code"], body)


def _shaped(shape: type[serializers.Serializer[Any]], meaning: str, name: str, body: Any) -> OpenApiResponse:
    example = OpenApiExample(name, value=body, response_only=True)
    return OpenApiResponse(shape, meaning, examples=[example])


class _ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the key."""

    target_class = "api.endpoints.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "管理画面で発行する API キー。"}


class _StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session is for the pages of the docs; clients use keys."""

    target_class = "api.endpoints.authentication.StaffSessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "管理画面のログイン（文書用）。"}


class _CommaLists(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """Lists of values; how they are written in a query `complete_schema` says."""

    target_class = "api.endpoints.parameters.CommaList"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict[str, Any]:
        return {"type": "array", "items": self.target.item, "minItems": 1, "maxItems": MAX_VALUES}


class _SearchTexts(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """The form of what a person looks for."""

    target_class = "api.endpoints.parameters.SearchText"

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.target.max_length, "pattern": self.target.pattern}


class _Days(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """`format` alone is only a remark in OpenAPI 3.1."""

    target_class = "api.endpoints.parameters.Day"

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict[str, Any]:
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
