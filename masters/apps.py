"""Registers the masters app."""

from django.apps import AppConfig


class MastersConfig(AppConfig):
    """Market segments and sectors."""

    name = "masters"
    verbose_name = "マスター"
