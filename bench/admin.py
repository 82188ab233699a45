"""Pages of the admin on ten years of history: time on the server, bytes on the wire, and questions to the database."""

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
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot

_FIRST_DAY, _LAST_DAY = date(2016, 1, 4), date(2025, 12, 25)
# Of the company list (§10); the first page, put together from many parts, has its own.
_MOST_QUERIES = 12
_MOST_MS, _MOST_KILOBYTES = 150, 60
_PAGES = {
    "ホーム": "/admin/",
    "銘柄一覧": "/admin/companies/company/",
    "銘柄一覧（絞り込み）": "/admin/companies/company/?market=0111&sector17=6",
    "銘柄一覧（時点）": "/admin/companies/company/?as_of=2020-06-01",
    "イベント": "/admin/companies/listingevent/",
    "イベント（月別）": "/admin/companies/listingevent/calendar/",
    "イベント（1 年分、種別で絞り込み）": "/admin/companies/listingevent/?event_type=renamed&event_date_from=2020-01-01&event_date_to=2020-12-31",
    "銘柄一覧（検索）": "/admin/companies/company/?q=%E6%9D%B1",
    "銘柄": "/admin/companies/company/{company}/change/",
    "スナップショット": "/admin/companies/listingsnapshot/",
    "2 つの日の比較": "/admin/companies/company/compare/?first=2019-06-01&second=2020-06-01",
}


def measure_admin(size: int) -> tuple[list[Measurement], list[Relation]]:
    """Of `size` companies with 25 versions each: times of the pages, their bytes on the wire, and the number of queries of each."""
    call_command("flush", verbosity=0, interactive=False)
    apply_snapshot(_FIRST_DAY, make_list(size), "jquants")
    grow_to_ten_years()
    # The newest list is as old as the newest version, as in a product of ten years.
    newest = ListingSnapshot.objects.get()
    newest.pk, newest.date_in_force = None, _LAST_DAY
    newest.save(force_insert=True)
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    measurements, queries = [], []
    company = Company.objects.order_by("code")[size // 2]
    for name, template in _PAGES.items():
        path = template.format(company=company.pk)
        what = f"管理画面: {name}、{size:,} 銘柄"
        measurements.append(measure(what, lambda path=path: _open(client, path), runs=7, bound_ms=_MOST_MS))  # type: ignore[misc]
        with CaptureQueriesContext(connection) as asked:
            sent = _open(client, path)
        queries.append(Relation(f"クエリ数: {name}、{size:,} 銘柄", len(asked), at_most=_MOST_QUERIES))
        queries.append(Relation(f"転送量（KB）: {name}、{size:,} 銘柄", sent / 1000, at_most=_MOST_KILOBYTES))
    return measurements, queries


def _open(client: Client, path: str) -> int:
    """How many bytes a browser would be sent."""
    answer = client.get(path, headers={"accept-encoding": "gzip, deflate, br"})
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    return len(b"".join(answer))  # of pages that are made while they are sent, too
