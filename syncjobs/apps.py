"""Registers the syncjobs app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncjobsConfig(AppConfig):
    """Imports and synchronisation."""

    name = "syncjobs"
    verbose_name = _("データ取込")
