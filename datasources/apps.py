"""Registers the datasources app."""

from importlib import import_module
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from datasources.registered import registered


class DatasourcesConfig(AppConfig):
    """Providers of lists."""

    name = "datasources"
    verbose_name = _("データソース")
    encrypted_columns: ClassVar[list[tuple[str, str, str]]] = [
        ("DataSource", "encrypted_credentials", "認証情報"), ("AccessToken", "encrypted_value", "トークン"),
    ]  # fmt: skip

    def ready(self) -> None:
        """Importing the checks registers them. A provider that cannot be loaded ends the start, and its metrics are there from it."""
        import_module("datasources.checks")
        registered()
