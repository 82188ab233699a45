"""Registers the commands."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backup and restore; has no tables of its own."""

    name = "config.backups"
    label = "backups"
