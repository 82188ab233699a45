"""What drf-spectacular cannot find out by itself: how callers say who they are, and the values of our own parameters."""

from typing import Any

from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerFieldExtension,
)


class _ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes the key: in either header."""

    target_class = "api.endpoints.authentication.ApiKeyAuthentication"
    name = ["ApiKey", "Bearer"]

    def get_security_requirement(self, auto_schema: object) -> list[dict[str, list[Any]]]:
        """One of them is enough."""
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: object) -> list[dict[str, str]]:
        return [
            {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "管理画面で発行する API キー。"},
            {"type": "http", "scheme": "bearer", "description": "同じ API キーを Authorization: Bearer で送る。"},
        ]


class _StaffSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The session is for the pages of the docs; clients use keys."""

    target_class = "api.endpoints.authentication.StaffSessionAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": "管理画面のログイン（文書用）。"}


class _ShapedFields(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """The values of lists; how these are written in a query `complete_schema` says."""

    target_class = "api.endpoints.parameters.ShapedField"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: object, direction: str) -> dict[str, Any]:
        return dict(self.target.shape)


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
