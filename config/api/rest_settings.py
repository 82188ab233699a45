"""REST framework and its schema: settings that are the same in every installation."""

from typing import Any

REST_SETTINGS: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.api.authentication.ApiKeyAuthentication",
        "config.api.authentication.StaffSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.api.permissions.HasReadScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.errors.handle_exception",
    "UNAUTHENTICATED_USER": None,
    # `format` is a parameter of our own (export).
    "URL_FORMAT_OVERRIDE": None,
}

#: How the OpenAPI schema and its pages present themselves (drf-spectacular, "Settings").
SCHEMA_SETTINGS: dict[str, Any] = {
    "TITLE": "銘柄 Meigara API",
    "DESCRIPTION": "東京証券取引所の上場銘柄一覧とその全履歴。",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.api.schema_completion.complete_schema",
    ],
    # Fields of the same name with other words.
    "ENUM_NAME_OVERRIDES": {
        "SourceEnum": "companies.choices.QuoteSource",
        "StatusEnum": "syncjobs.choices.RunStatus",
        "SnapshotSourceEnum": "companies.choices.SnapshotSource",
        "EntryStatusEnum": "companies.choices.EntryStatus",
    },
}
