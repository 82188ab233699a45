"""The site of the admin: Unfold's, which lists all models and what may be done with each only where a page shows that list."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import sites
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from unfold.apps import DefaultAppConfig
from unfold.sites import UnfoldAdminSite


class AdminPages(UnfoldAdminSite):  # type: ignore[misc] # untyped
    """Every page is given the list of all models, for a menu that we have our own of (`config.sidebar`): making it asks each model's admin for
    four rights and reverses two addresses, a tenth of the time that a page takes.
    """

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """Made when it is looked at."""
        return SimpleLazyObject(lambda: super(AdminPages, self).get_app_list(request, app_label))


class UnfoldWithOurSite(DefaultAppConfig):  # type: ignore[misc] # untyped
    """As `unfold.apps.DefaultAppConfig`, with this site."""

    default = False

    def ready(self) -> None:
        """Before any model is registered."""
        admin.site = sites.site = AdminPages()
