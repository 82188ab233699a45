"""Registers the masters app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MastersConfig(AppConfig):
    """Market segments and sectors."""

    name = "masters"
    verbose_name = _("マスター")
