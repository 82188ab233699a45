"""Checks at start: times that fit each other, and addresses that can be read with the keys that are given."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from datasources.errors import CredentialsUnreadable
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import usable_secrets


@register()
def check_claims_outlast_attempts(**_options: Any) -> list[CheckMessage]:
    """A claim that ends while an attempt goes on would have the same message sent twice at a time."""
    limits = settings.DELIVERY_LIMITS
    if limits.claim_seconds > limits.longest_exchange_seconds:
        return []
    return [
        Error(
            f"DELIVERY_CLAIM_SECONDS={limits.claim_seconds:g} は、1 回の送信にかかりうる時間（{limits.longest_exchange_seconds:g} 秒）"
            "以下です。",
            hint="DELIVERY_CLAIM_SECONDS を大きくするか、DELIVERY_CONNECT_TIMEOUT_SECONDS と DELIVERY_READ_TIMEOUT_SECONDS を"
            "小さくしてください。",
            id="subscriptions.E001",
        )
    ]


@register(Tags.database)
def check_addresses_are_readable(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Runs with `migrate`, which every deployment starts with, and with `check --database default`."""
    if not databases or "default" not in databases:
        return []
    if Destination._meta.db_table not in connections["default"].introspection.table_names():
        return []
    unreadable = []
    for one in Destination.objects.exclude(encrypted_address="").only("name", "encrypted_address", "encrypted_secrets"):
        try:
            read_address(one)
            usable_secrets(one)
        except (CredentialsUnreadable, ImproperlyConfigured):
            unreadable.append(one.name)
    if not unreadable:
        return []
    return [
        Error(
            f"ENCRYPTION_KEYS のどの鍵でも、保存されている通知先を復号できません: {'、'.join(unreadable)}",
            hint="保存したときの鍵を ENCRYPTION_KEYS の末尾に加えてください（新しい順にコンマ区切り）。鍵を失った場合は、"
            "manage.py rotate_credentials --forget-unreadable で読めないものを空にしてから起動し、管理画面で通知先の宛先と署名の鍵を入れ直してください。",
            id="subscriptions.E002",
        )
    ]
