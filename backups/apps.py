"""Registers the commands and the records."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupsConfig(AppConfig):
    name = "backups"
    label = "backups"
    verbose_name = _("バックアップ")
    default_auto_field = "django.db.models.BigAutoField"
