"""Encrypt everything that is stored under the newest key, so that older ones can be retired."""

from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from datasources.encryption import rotate
from datasources.errors import CredentialsUnreadable


class Command(BaseCommand):
    """`rotate_credentials`: put the new key first in `ENCRYPTION_KEYS`, run this, then remove the old key.

    An app says in its configuration what it keeps encrypted: `encrypted_columns`, each a model's name, a field's, and what is in it.
    """

    help = "保存されている認証情報・トークン・通知先を、ENCRYPTION_KEYS の先頭の鍵で暗号化し直します。"

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        try:
            with transaction.atomic():
                counted = [f"{name} {_rotate(model, field)} 件" for name, model, field in _encrypted_columns()]
        except CredentialsUnreadable as error:
            raise CommandError(f"{error.message} 何も変更していません。") from error
        self.stdout.write(
            f"{'、'.join(counted)}を、先頭の鍵で暗号化し直しました。古い鍵は ENCRYPTION_KEYS から外せます。"
        )


def _encrypted_columns() -> list[tuple[str, type[models.Model], str]]:
    return [
        (name, config.get_model(model), field)
        for config in apps.get_app_configs()
        for model, field, name in getattr(config, "encrypted_columns", [])
    ]


def _rotate(model: type[models.Model], field: str) -> int:
    """Of the column alone: what else others write into the rows meanwhile stays."""
    rows = model._default_manager.select_for_update().exclude(**{field: ""})
    stored = list(rows.order_by("pk").values_list("pk", field))
    for pk, text in stored:
        model._default_manager.filter(pk=pk).update(**{field: rotate(text)})
    return len(stored)
