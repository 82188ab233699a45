"""How endpoints describe themselves in OpenAPI."""

from typing import Any

from drf_spectacular.extensions import OpenApiFilterExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers, status

from api.endpoints import idempotency, schema_extensions  # noqa: F401 registers itself
from api.endpoints.errors import error_body
from api.endpoints.filters import MAX_VALUES, AnyOf
from api.endpoints.negotiation import AnyFormat


class ErrorDetails(serializers.Serializer[Any]):
    """Facts for programs: those that go with the code, none for most."""

    code = serializers.CharField(required=False, help_text="銘柄コード")
    as_of = serializers.DateField(required=False, help_text="指定した日")
    first_date = serializers.DateField(required=False, allow_null=True, help_text="最初の一覧の日。null は一覧なし")
    sync_id = serializers.UUIDField(required=False, help_text="同期の ID")
    reason = serializers.CharField(required=False, help_text="理由のコード（株価を取得できない、権限がないなど）")
    retry_after_seconds = serializers.IntegerField(required=False, help_text="もう一度送れるまでの秒数")
    state = serializers.CharField(required=False, help_text="指定した state")
    current_state = serializers.CharField(required=False, help_text="現在の state")
    id = serializers.IntegerField(required=False, help_text="通知先・購読・配信・ウォッチリストの ID")
    name = serializers.CharField(required=False, help_text="もうある名前")
    status = serializers.CharField(required=False, help_text="いまの状態")


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
    422: f"{idempotency.HEADER} が別の内容のリクエストで使われている",
    429: "回数の上限を超えた",
    500: "内部エラー",
    503: "一時的に利用できない",
}

#: Of the request itself: their details are reasons by field.
_OF_THE_REQUEST = (400, 413, 422)

_DETAILS: dict[int, Any] = {
    400: {"limit": ["この値は1000以下にしてください。"]},
    404: {"code": "0000"},
    422: {
        idempotency.HEADER: [
            f"この {idempotency.HEADER} は、別の内容のリクエストで使われています。新しいキーで送ってください。"
        ]
    },
    429: {"retry_after_seconds": 12},
}

_STATE_CHANGED_BODY = {
    "error": {
        "code": "STATE_CHANGED",
        "message": "読み始めてからデータが変わりました。state を外して最初のページから読み直してください。",
        "details": {"state": "1764028800000000.1764028800000000", "current_state": "1764064800000000.1764028800000000"},
    }
}


def answer(shape: Any, example: Any = None, *errors: int, status: int = 200) -> dict[Any, Any]:
    """The `responses` of an operation: its answer, and the errors that are not every endpoint's or follow from what it
    takes (`ApiSchema`). A file's `shape` is a mapping of (status, content type).
    """
    examples = [] if example is None else [OpenApiExample("example", value=example, response_only=True)]
    success = shape if isinstance(shape, dict) else {status: OpenApiResponse(shape, examples=examples)}
    return {**success, **{code: _error(code) for code in errors}}


class ApiSchema(AutoSchema):
    """What all operations have in common: the query by its filter set, and the errors."""

    view: Any

    def get_description(self) -> str:  # type: ignore[override] # as drf-spectacular has it
        """Docstrings are for who reads the code."""
        return self.get_summary() or ""

    def get_tags(self) -> list[str]:
        """The viewset's."""
        return [self.view.tag]

    def get_filter_backends(self) -> list[Any]:
        """Every query is read by a filter set, not only those of lists."""
        return list(self.view.filter_backends)

    def _is_list_view(self, serializer: Any = None) -> bool:
        # Lists have their rows under a name of their own, and are described as that.
        return False

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        describe: Any = self._get_response_for_code
        for body in bodies.values():
            body["description"] = body["description"] or self.get_summary()
        for code in self._error_statuses():
            if str(code) not in bodies:
                bodies[str(code)] = describe(_error(code), str(code))
        if "state" in self._filters():
            bodies["409"] = describe(_STATE_CHANGED, "409")
        return dict(sorted(bodies.items()))

    def _error_statuses(self) -> list[int]:
        found = [400, 401, 403, 414, 429, 500, 503]
        if "{" in self.path:
            found.append(404)
        if self.view.content_negotiation_class is not AnyFormat:
            found.append(406)
        if self.method in ("POST", "PATCH") and self.get_request_serializer() is not None:
            found += [413, 415]
        if self._takes_key():
            found += [409, 422]
        return found

    def _takes_key(self) -> bool:
        return self.method in idempotency.METHODS and self.view.action not in self.view.reading_actions

    def get_override_parameters(self) -> list[Any]:
        """With what makes a request that changes something repeatable."""
        return [*super().get_override_parameters(), *([_KEY] if self._takes_key() else [])]

    def _filters(self) -> dict[str, Any]:
        return dict(self.view.get_filterset_class().base_filters)


class _FilterSets(OpenApiFilterExtension):  # type: ignore[no-untyped-call]
    """Parameters, as the fields describe them that read them."""

    target_class = "api.endpoints.filters.StrictFilterBackend"
    priority = 1

    def get_schema_operation_parameters(self, auto_schema: Any, *_: Any, **__: Any) -> list[dict[str, Any]]:
        filters = auto_schema.view.get_filterset_class().base_filters
        return [self._describe(auto_schema, name, filter_) for name, filter_ in filters.items()]

    def _describe(self, auto_schema: Any, name: str, filter_: Any) -> dict[str, Any]:
        reads = filter_.extra["reads"]
        shape = auto_schema._map_serializer_field(reads, "request")
        auto_schema._insert_field_validators(reads, shape)
        description = shape.pop("description", None) or filter_.extra["help_text"]
        if isinstance(filter_, AnyOf):
            shape = {"type": "array", "items": shape, "minItems": 1, "maxItems": MAX_VALUES}
        parameter: dict[str, Any] = build_parameter_type(
            name=name,
            schema=shape,
            location=OpenApiParameter.QUERY,
            required=filter_.extra["required"],
            description=description,
            allow_blank=getattr(reads, "allow_blank", True),
        )
        return parameter


def _error(code: int) -> OpenApiResponse:
    if code == status.HTTP_414_REQUEST_URI_TOO_LONG:
        return OpenApiResponse(None, _MEANINGS[code])
    body = error_body(code, details=_DETAILS.get(code, {}))
    shape = ValidationErrorBody if code in _OF_THE_REQUEST else ErrorBody
    return _shaped(shape, _MEANINGS[code], body["error"]["code"], body)


def _shaped(shape: type[serializers.Serializer[Any]], meaning: str, name: str, body: Any) -> OpenApiResponse:
    example = OpenApiExample(name, value=body, response_only=True)
    return OpenApiResponse(shape, meaning, examples=[example])


_KEY = OpenApiParameter(
    idempotency.HEADER,
    {"type": "string", "minLength": 1, "maxLength": 2 * idempotency.LONGEST_KEY + 2, "pattern": idempotency.PATTERN},
    OpenApiParameter.HEADER,
    description="この操作を 1 回だけ行うためのキー（UUID など、255 文字まで）。同じキーの同じリクエストには、24 時間、最初と同じ応答を返し、もう一度は行わない"
    f"（{idempotency.REPLAYED}: true）。別の内容なら 422、最初のものを処理している間は 409。キーは API キーごと。",
)
_STATE_CHANGED = _shaped(ErrorBody, _MEANINGS[409], "STATE_CHANGED", _STATE_CHANGED_BODY)
