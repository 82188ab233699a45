"""What the views cannot say of themselves in the schema, because `api.front.application` adds it to their answers."""

import re
from typing import Any

from django.urls import resolve

from api.endpoints import idempotency, states
from api.front.cached_routes import cached_routes

#: Headers of answers: name → (meaning, type).
_HEADERS = {
    "X-Request-ID": ("このリクエストの ID。問い合わせの際に使う", "string"),
    "X-RateLimit-Limit": ("1 時間あたりの上限", "integer"),
    "X-RateLimit-Remaining": ("残りの回数", "integer"),
    "X-RateLimit-Reset": ("数えられている最も古いリクエストが 1 時間前になる時刻（UNIX 秒）", "integer"),
    "RateLimit-Policy": ("上限と期間（秒）。IETF の RateLimit ヘッダー", "string"),
    "RateLimit": ("残りの回数（r）と、次に増えるまでの秒数（t）", "string"),
    "ETag": ("内容の版。If-None-Match に指定すると、変わっていなければ 304", "string"),
    "Last-Modified": (
        "この内容になった時刻（秒）。If-Modified-Since に指定すると、変わっていなければ 304（If-None-Match があればそちらによる）",
        "string",
    ),
    "Link": ("前後のページ（RFC 8288）", "string"),
    states.HEADER: ("読み取ったデータの時点。state に指定すると、変わっていれば 409 STATE_CHANGED", "string"),
    states.REVISION_HEADER: ("知っている最後の改訂の番号。revision に指定すると、同じ内容になる", "integer"),
    states.HEAD_HEADER: (
        "ファイルの内容の改訂の番号と、そのハッシュ値（/ledger/chain）。manage.py verify_history --head に指定できる形（番号:ハッシュ値）。ハッシュ値がまだないときは付かない",
        "string",
    ),
    idempotency.REPLAYED: ("true: 同じキーの最初のリクエストへの応答で、今回は何も行っていない", "string"),
    "Retry-After": ("もう一度送れるまでの秒数", "integer"),
}
_ALWAYS = (
    "X-Request-ID",
    "X-RateLimit-Limit",
    "X-RateLimit-Remaining",
    "X-RateLimit-Reset",
    "RateLimit-Policy",
    "RateLimit",
)


def complete_schema(result: dict[str, Any], **_options: Any) -> dict[str, Any]:
    """Postprocessing hook of drf-spectacular: headers and 304; lists by their name again, as generated clients write them; errors once for all
    endpoints; bodies that allow no other names.
    """
    components = result["components"]
    components["headers"] = {
        name: {"description": meaning, "schema": {"type": kind}} for name, (meaning, kind) in _HEADERS.items()
    }
    components["responses"] = {}
    cached = {route.endpoint for _, route in cached_routes()}
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _write_lists(operation)
            _close_body(operation, components)
            is_kept = resolve(_example_path(path)).view_name in cached
            if method == "get" and (is_kept or _is_file(operation)):
                _add_caching(operation)
            _add_paging(operation)
            _add_ledger(operation)
            _add_replays(operation)
            _add_headers(operation["responses"])
            _share_errors(operation["responses"], components)
    return result


def _write_lists(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["schema"].get("type") == "array":
            parameter |= {"style": "form", "explode": True}


def _close_body(operation: dict[str, Any], components: dict[str, Any]) -> None:
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if reference := content["schema"].get("$ref"):
            components["schemas"][reference.rpartition("/")[2]]["additionalProperties"] = False


def _add_caching(operation: dict[str, Any]) -> None:
    headers = _headers("ETag", "Last-Modified")
    operation["responses"]["200"]["headers"] = headers
    operation["responses"]["304"] = {"description": "変わっていない", "headers": dict(headers)}


def _is_file(operation: dict[str, Any]) -> bool:
    return "application/json" not in operation["responses"]["200"].get("content", {"application/json": None})


def _add_paging(operation: dict[str, Any]) -> None:
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    told = [*(["Link"] if "offset" in names else []), *([states.HEADER] if "state" in names else [])]
    for status in ("200", "304"):
        if status in operation["responses"]:
            response = operation["responses"][status]
            response["headers"] = {**response.get("headers", {}), **_headers(*told)}


def _add_ledger(operation: dict[str, Any]) -> None:
    """Of what follows from the ledger, and of its files."""
    names = {parameter["name"] for parameter in operation.get("parameters", [])}
    response = operation["responses"].get("200", {})
    is_export = "text/csv" in response.get("content", {})
    told = [
        *([states.REVISION_HEADER] if is_export or "revision" in names else []),
        *([states.HEAD_HEADER] if is_export else []),
    ]
    if told:
        response["headers"] = {**response.get("headers", {}), **_headers(*told)}


def _add_replays(operation: dict[str, Any]) -> None:
    if any(parameter["name"] == idempotency.HEADER for parameter in operation.get("parameters", [])):
        for status, response in operation["responses"].items():
            if int(status) < 300:
                response["headers"] = {**response.get("headers", {}), **_headers(idempotency.REPLAYED)}


def _add_headers(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status == "414":
            continue
        more = ["Retry-After"] if status == "429" else []
        response["headers"] = {**_headers(*_ALWAYS, *more), **response.get("headers", {})}


def _share_errors(responses: dict[str, Any], components: dict[str, Any]) -> None:
    for status, response in list(responses.items()):
        if int(status) >= 400:
            examples = response.get("content", {}).get("application/json", {}).get("examples", {})
            name = "StateChanged" if "StateChanged" in examples or "STATE_CHANGED" in examples else f"Error{status}"
            components["responses"][name] = response
            responses[status] = {"$ref": f"#/components/responses/{name}"}


def _headers(*names: str) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _example_path(path: str) -> str:
    path = path.replace("{code}", "7203").replace("{run_id}", "00000000-0000-0000-0000-000000000000")
    return re.sub(r"\{(?:(?:destination|subscription|delivery|watch_list)_id|revision)\}", "1", path)
