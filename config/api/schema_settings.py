"""How the OpenAPI schema and its pages present themselves (drf-spectacular, "Settings")."""

from typing import Any

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
    "ENUM_NAME_OVERRIDES": {},
}
