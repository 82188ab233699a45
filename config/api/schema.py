"""How endpoints describe themselves in OpenAPI."""

from collections.abc import Callable
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers


class _ErrorContents(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="機械で判別するための語")
    message = serializers.CharField(help_text="人が読む文（日本語、Accept-Language: en で英語）")
    details = serializers.DictField(help_text="誤りのある項目と理由など")


class ErrorBody(serializers.Serializer[Any]):
    """Every error under `/api/`."""

    error = _ErrorContents()


_MEANINGS = {
    400: "パラメーターに誤りがある",
    401: "API キーがないか無効",
    403: "権限がない",
    404: "見つからない",
    405: "使えないメソッド",
    406: "JSON 以外は返せない",
    409: "いまの状態では行えない",
    429: "回数の上限を超えた",
    500: "内部エラー",
    503: "一時的に利用できない",
}


def describe(
    *,
    summary: str,
    answer: Any,
    parameters: list[Any] | None = None,
    description: str = "",
    tag: str = "銘柄",
    operation_id: str,
    may_miss: bool = False,
    may_conflict: bool = False,
    body: Any = None,
    success: int = 200,
) -> Callable[..., Any]:
    """Decorator for a method: its answer, its parameters, its body, and the errors that every endpoint may give."""
    statuses = [400, 401, 403, *([404] if may_miss else []), 406, *([409] if may_conflict else []), 429, 500, 503]
    responses = {success: answer} | {code: OpenApiResponse(ErrorBody, _MEANINGS[code]) for code in statuses}
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


class _ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the key."""

    target_class = "config.api.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "管理画面で発行する API キー。"}


class _StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session is for the pages of the docs; clients use keys."""

    target_class = "config.api.authentication.StaffSessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "管理画面のログイン（文書用）。"}
