"""Pages of the admin on 4,400 companies and ten years of history: time on the server, and questions to the database."""

from datetime import date

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.ledger import grow_to_ten_years
from bench.lists import make_list
from bench.report import Measurement, Relation, measure
from companies.models import ListingSnapshot
from companies.snapshots import apply_snapshot

_FIRST_DAY, _LAST_DAY = date(2016, 1, 4), date(2025, 12, 25)
_PAGES = {
    "ホーム": "/admin/",
    "銘柄一覧": "/admin/companies/company/",
    "銘柄一覧（絞り込み）": "/admin/companies/company/?market=0111&sector17=6",
    "銘柄一覧（時点）": "/admin/companies/company/?as_of=2020-06-01",
    "イベント": "/admin/companies/listingevent/",
    "イベント（月別）": "/admin/companies/listingevent/calendar/",
    "2 つの日の比較": "/admin/companies/company/compare/?first=2019-06-01&second=2020-06-01",
}


def measure_admin() -> tuple[list[Measurement], Relation]:
    """The pages' times, and the number of queries of the company list."""
    call_command("flush", verbosity=0, interactive=False)
    apply_snapshot(_FIRST_DAY, make_list(4_400), "jquants")
    grow_to_ten_years()
    # The newest list is as old as the newest version, as in a product of ten years.
    newest = ListingSnapshot.objects.get()
    newest.pk, newest.date_in_force = None, _LAST_DAY
    newest.save(force_insert=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    measurements = [
        measure(f"管理画面: {name}", lambda path=path: client.get(path).content, runs=7, bound_ms=200)  # type: ignore[misc]
        for name, path in _PAGES.items()
    ]
    with CaptureQueriesContext(connection) as queries:
        client.get(_PAGES["銘柄一覧"])
    return measurements, Relation("銘柄一覧のクエリ数", len(queries), at_most=12)
