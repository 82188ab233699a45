"""REST framework and its schema: settings that are the same in every installation."""

from typing import Any

from config.version import VERSION

REST_SETTINGS: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.endpoints.authentication.ApiKeyAuthentication",
        "api.endpoints.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.endpoints.permissions.HasReadScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.endpoints.parsers.StrictJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["api.endpoints.filters.StrictFilterBackend"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.endpoints.negotiation.JsonNegotiation",
    "DEFAULT_SCHEMA_CLASS": "api.endpoints.schema.ApiSchema",
    "EXCEPTION_HANDLER": "api.endpoints.errors.handle_exception",
    "UNAUTHENTICATED_USER": None,
    # `format` is a parameter of our own (export).
    "URL_FORMAT_OVERRIDE": None,
}

#: How the OpenAPI schema and its pages present themselves (drf-spectacular, "Settings").
SCHEMA_SETTINGS: dict[str, Any] = {
    # Generated clients make names of title and tags: these are ASCII, what they mean is said beside them.
    "TITLE": "Meigara API",
    "DESCRIPTION": "銘柄 Meigara：東京証券取引所の上場銘柄一覧とその全履歴。",
    "CONTACT": {"name": "Meigara"},
    "LICENSE": {"name": "MIT", "identifier": "MIT"},
    "SERVERS": [{"url": "/", "description": "このサーバー"}],
    "TAGS": [
        {"name": "companies", "description": "銘柄"},
        {"name": "history", "description": "履歴"},
        {"name": "masters", "description": "市場区分と業種"},
        {"name": "sync", "description": "同期とデータソース"},
        {"name": "subscriptions", "description": "通知（通知先、購読、配信、ウォッチリスト）"},
    ],
    "VERSION": VERSION,
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.endpoints.schema_completion.complete_schema",
    ],
}
