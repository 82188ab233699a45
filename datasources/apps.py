"""Registers the datasources app."""

from importlib import import_module

from django.apps import AppConfig


class DatasourcesConfig(AppConfig):
    """Providers of lists."""

    name = "datasources"
    verbose_name = "データソース"

    def ready(self) -> None:
        """Importing the checks registers them."""
        import_module("datasources.checks")
