"""Registers the syncjobs app."""

from django.apps import AppConfig


class SyncjobsConfig(AppConfig):
    """Imports and synchronisation."""

    name = "syncjobs"
    verbose_name = "データ取込"
