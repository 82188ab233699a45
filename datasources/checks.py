"""A check at start: what is stored must be readable with the keys that are given."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from datasources.credentials import find_credentials
from datasources.errors import CredentialsUnreadable
from datasources.models import DataSource


@register(Tags.database)
def check_credentials_are_readable(databases: Sequence[str] | None = None, **options: Any) -> list[CheckMessage]:
    """Runs with `migrate`, which every deployment starts with, and with `check --database default`."""
    if not databases or "default" not in databases:
        return []
    if DataSource._meta.db_table not in connections["default"].introspection.table_names():
        return []
    unreadable = []
    for source in DataSource.objects.exclude(encrypted_credentials="").only("name", "encrypted_credentials"):
        try:
            find_credentials(source)
        except (CredentialsUnreadable, ImproperlyConfigured):
            unreadable.append(source.name)
    if not unreadable:
        return []
    return [
        Error(
            f"ENCRYPTION_KEYS のどの鍵でも、保存されている認証情報を復号できません: {'、'.join(unreadable)}",
            hint="保存したときの鍵を ENCRYPTION_KEYS の末尾に加えてください（新しい順にコンマ区切り）。鍵を失った場合は、"
            "manage.py rotate_credentials --forget-unreadable で読めないものを空にしてから起動し、管理画面で認証情報を入力し直してください。",
            id="datasources.E001",
        )
    ]
