"""Puts what a person follows on the pages of others, and says which of its columns are encrypted."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SubscriptionsConfig(AppConfig):
    name = "subscriptions"
    verbose_name = _("マイページ")
    page_parts: ClassVar[dict[str, str]] = {
        "company_actions": "admin/subscriptions/star.html",
        "beside_conditions": "admin/subscriptions/save_view.html",
    }
    encrypted_columns: ClassVar[list[tuple[str, str, str]]] = [
        ("Destination", "encrypted_address", "通知先の宛先"), ("Destination", "encrypted_secrets", "署名の鍵"),
    ]  # fmt: skip

    def ready(self) -> None:
        """Importing the checks registers them."""
        import_module("subscriptions.checks")
