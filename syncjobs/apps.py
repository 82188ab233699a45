from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from companies.apps import COMPANIES

#: Runs, and the exchange's calendar with its days' lists, as families of tables (`api.generations`).
SYNC, CALENDAR = "sync", "calendar"


class SyncjobsConfig(AppConfig):
    name = "syncjobs"
    verbose_name = _("データ取込")
    page_parts: ClassVar[dict[str, str]] = {
        "source_add": "admin/syncjobs/source_add.html",
        "source_actions": "admin/syncjobs/source_actions.html",
        "loading_of_quote": "admin/syncjobs/loading_of_quote.html",
        "run_link": "admin/syncjobs/run_link.html",
        "quote_actions": "admin/syncjobs/quote_actions.html",
    }
    data_families: ClassVar[dict[str, tuple[str, ...]]] = {SYNC: (), CALENDAR: (COMPANIES,)}
