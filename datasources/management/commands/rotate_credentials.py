"""Encrypt everything that is stored under the newest key, so that older ones can be retired."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from datasources.encryption import rotate
from datasources.errors import CredentialsUnreadable
from datasources.models import AccessToken, DataSource


class Command(BaseCommand):
    """`rotate_credentials`: put the new key first in `ENCRYPTION_KEYS`, run this, then remove the old key."""

    help = "保存されている認証情報とトークンを、ENCRYPTION_KEYS の先頭の鍵で暗号化し直します。"

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        try:
            with transaction.atomic():
                sources = list(DataSource.objects.select_for_update().exclude(encrypted_credentials=""))
                for source in sources:
                    source.encrypted_credentials = rotate(source.encrypted_credentials)
                    source.save(update_fields=["encrypted_credentials", "updated_at"])
                tokens = list(AccessToken.objects.select_for_update())
                for token in tokens:
                    token.encrypted_value = rotate(token.encrypted_value)
                    token.save(update_fields=["encrypted_value"])
        except CredentialsUnreadable as error:
            raise CommandError(f"{error.message} 何も変更していません。") from error
        self.stdout.write(
            f"認証情報 {len(sources)} 件とトークン {len(tokens)} 件を、先頭の鍵で暗号化し直しました。"
            "古い鍵は ENCRYPTION_KEYS から外せます。"
        )
