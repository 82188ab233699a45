"""Registers the datasources app."""

from django.apps import AppConfig


class DatasourcesConfig(AppConfig):
    """Providers of lists."""

    name = "datasources"
    verbose_name = "データソース"
