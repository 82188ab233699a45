"""Registers the datasources app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DatasourcesConfig(AppConfig):
    """Providers of lists."""

    name = "datasources"
    verbose_name = _("データソース")

    def ready(self) -> None:
        """Importing the checks registers them."""
        import_module("datasources.checks")
