"""Registers the companies app."""

from django.apps import AppConfig


class CompaniesConfig(AppConfig):
    """The ledger of listed issues."""

    name = "companies"
    verbose_name = "上場銘柄"
