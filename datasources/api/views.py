"""Sources and how they are; never a secret, nor where they are asked."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.endpoints.parameters import Parameters
from api.endpoints.schema import describe
from datasources.choices import ApiVersion, Plan, Provider
from datasources.connection_check import health_of
from datasources.models import DataSource

_HEALTH = ("ok", "failing", "unchecked", "disabled")


class DataSourceAnswer(serializers.Serializer[Any]):
    """One source."""

    name = serializers.CharField()
    provider = serializers.ChoiceField(Provider.choices)
    api_version = serializers.ChoiceField(ApiVersion.choices, allow_null=True, help_text="J-Quants だけにある")
    plan = serializers.ChoiceField(Plan.choices, allow_null=True, help_text="J-Quants だけにある")
    requests_per_minute = serializers.IntegerField(allow_null=True, help_text="null は制限なし")
    is_enabled = serializers.BooleanField()
    has_credentials = serializers.BooleanField()
    health = serializers.ChoiceField([(word, word) for word in _HEALTH])
    last_checked_at = serializers.DateTimeField(allow_null=True)
    last_check_message = serializers.CharField(help_text="空文字は未確認")


class DataSourceListAnswer(serializers.Serializer[Any]):
    """All of them."""

    datasources = DataSourceAnswer(many=True)


_EXAMPLE = {
    "datasources": [
        {
            "name": "J-Quants", "provider": "jquants", "api_version": "v2", "plan": "light", "requests_per_minute": 60,
            "is_enabled": True, "has_credentials": True, "health": "ok",
            "last_checked_at": "2026-11-20T17:00:00+09:00", "last_check_message": "接続できました。",
        }
    ]
}  # fmt: skip


class DataSourceListView(APIView):
    """Sources."""

    @describe(
        operation_id="list_datasources",
        example=_EXAMPLE,
        summary="データソース",
        answer=DataSourceListAnswer,
        tag="sync",
    )
    def get(self, request: Request) -> Response:
        """All sources, those of lists first, then by age."""
        Parameters.read(request.query_params)
        return Response({"datasources": [_row(source) for source in DataSource.objects.order_by("provider", "id")]})


def _row(source: DataSource) -> dict[str, Any]:
    is_jquants = source.provider == Provider.JQUANTS
    return {
        "name": source.name,
        "provider": source.provider,
        "api_version": source.api_version if is_jquants else None,
        "plan": source.plan if is_jquants else None,
        "requests_per_minute": source.request_limit,
        "is_enabled": source.is_enabled,
        "has_credentials": bool(source.encrypted_credentials),
        "health": health_of(source),
        "last_checked_at": source.last_checked_at,
        "last_check_message": source.last_check_message,
    }
