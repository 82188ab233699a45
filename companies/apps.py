"""Registers the companies app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """The ledger of listed issues."""

    name = "companies"
    verbose_name = _("上場銘柄")
