"""Encrypt everything that is stored under the newest key, so that older ones can be retired; or forget what no key opens."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from datasources.encryption import rotate
from datasources.errors import CredentialsUnreadable


class Command(BaseCommand):
    """`rotate_credentials`: put the new key first in `ENCRYPTION_KEYS`, run this, then remove the old key.

    An app says in its configuration what it keeps encrypted: `encrypted_columns`, each a model's name, a field's, and what is in it.
    Whoever lost the keys runs it once with `--forget-unreadable`, before the next start, and enters anew what was forgotten.
    """

    help = "保存されている認証情報・トークン・通知先を、ENCRYPTION_KEYS の先頭の鍵で暗号化し直します。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--forget-unreadable", action="store_true",
            help="鍵を失ったとき: どの鍵でも復号できないものを空にする（データソースと通知先の行、購読、台帳はそのまま残る）",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="件数を示すだけで、何も変更しない")

    def handle(self, *args: Any, **options: Any) -> None:
        """All or nothing."""
        forgets, is_dry_run = options["forget_unreadable"], options["dry_run"]
        try:
            with transaction.atomic():
                counted = [(name, *_rotate(model, field, forgets)) for name, model, field in _encrypted_columns()]
                transaction.set_rollback(is_dry_run)
        except CredentialsUnreadable as error:
            raise CommandError(
                f"{error.message} 何も変更していません。鍵を失ったときは、--forget-unreadable で読めないものを空にしてから入れ直せます。"
            ) from error
        tense = "します（--dry-run のため、まだ何も変更していません）" if is_dry_run else "しました"
        rotated = "、".join(f"{name} {count} 件" for name, count, _ in counted)
        self.stdout.write(f"{rotated}を、先頭の鍵で暗号化し直{tense}。古い鍵は ENCRYPTION_KEYS から外せます。")
        if forgets:
            forgotten = "、".join(f"{name} {count} 件" for name, _, count in counted)
            self.stdout.write(
                f"復号できないため空に{tense}: {forgotten}。管理画面でデータソースの認証情報と、通知先の宛先・署名の鍵を入れ直してください。"
            )


def _encrypted_columns() -> list[tuple[str, type[models.Model], str]]:
    return [
        (name, config.get_model(model), field)
        for config in apps.get_app_configs()
        for model, field, name in getattr(config, "encrypted_columns", [])
    ]


def _rotate(model: type[models.Model], field: str, forgets: bool) -> tuple[int, int]:
    """How many were encrypted anew, and how many forgotten. Of the column alone: what else others write into the rows meanwhile stays."""
    rows = model._default_manager.select_for_update().exclude(**{field: ""})
    rotated = forgotten = 0
    for pk, text in list(rows.order_by("pk").values_list("pk", field)):
        try:
            written, rotated = rotate(text), rotated + 1
        except CredentialsUnreadable:
            if not forgets:
                raise
            written, forgotten = "", forgotten + 1
        model._default_manager.filter(pk=pk).update(**{field: written})
    return rotated, forgotten
