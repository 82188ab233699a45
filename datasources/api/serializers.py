"""How sources are told; never a secret, nor where they are asked."""

from datetime import UTC
from typing import Any

from rest_framework import serializers

from datasources.choices import ApiVersion, Plan, SourceHealth
from datasources.connection_check import health_of
from datasources.models import DataSource
from datasources.providers import provider_of
from datasources.registered import provider_choices


class HealthField(serializers.ChoiceField):
    """How a source is, by its last check."""

    def get_attribute(self, instance: DataSource) -> str:
        """The value of a `SourceHealth`."""
        return health_of(instance).value


class RequestLimitField(serializers.IntegerField):
    """Requests a minute, as the provider counts them."""

    def get_attribute(self, instance: DataSource) -> int | None:
        """`None` without a limit."""
        return provider_of(instance).request_limit(instance)


class DataSourceAnswer(serializers.Serializer[Any]):
    """One source."""

    name = serializers.CharField()
    provider = serializers.ChoiceField(provider_choices())
    api_version = serializers.ChoiceField(ApiVersion.choices, allow_null=True, help_text="J-Quants だけにある")
    plan = serializers.ChoiceField(Plan.choices, allow_null=True, help_text="J-Quants だけにある")
    requests_per_minute = RequestLimitField(allow_null=True, help_text="null は制限なし")
    is_enabled = serializers.BooleanField()
    has_credentials = serializers.BooleanField(source="encrypted_credentials")
    health = HealthField(SourceHealth.values)
    last_checked_at = serializers.DateTimeField(default_timezone=UTC, allow_null=True)
    last_check_message = serializers.CharField(help_text="空文字は未確認")

    def to_representation(self, instance: DataSource) -> dict[str, Any]:
        """Null for what the provider does not have."""
        row: dict[str, Any] = super().to_representation(instance)
        return row if provider_of(instance).has_plans else {**row, "api_version": None, "plan": None}


class DataSourceListAnswer(serializers.Serializer[Any]):
    """All of them."""

    datasources = DataSourceAnswer(many=True)


EXAMPLE = {
    "datasources": [
        {
            "name": "J-Quants", "provider": "jquants", "api_version": "v2", "plan": "light", "requests_per_minute": 60,
            "is_enabled": True, "has_credentials": True, "health": "ok",
            "last_checked_at": "2026-11-20T17:00:00+09:00", "last_check_message": "接続できました。",
        }
    ]
}  # fmt: skip
