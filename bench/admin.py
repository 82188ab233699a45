"""Pages of the admin on ten years of history: time on the server, weight on the wire, and questions to the database."""

import tempfile
import urllib.request
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.report import Measurement, Relation, measure
from bench.servers import serve_product
from bench.ten_years import keep_ten_years
from companies.models import Company
from local.static_files import collect_static_files

_MOST_MILLISECONDS, _MOST_KB = 150, 60
# Of the company list (§10); the first page, put together from many parts, has its own.
_MOST_QUERIES = 12
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


def measure_admin(size: int) -> tuple[list[Measurement], list[Measurement], list[Relation]]:
    """Of `size` companies with 25 versions each: the times of the pages, what each weighs on the wire, and its number of queries."""
    keep_ten_years(size)
    collect_static_files()
    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.create_superuser("bench"))
    measurements, queries = [], []
    company = Company.objects.order_by("code")[size // 2]
    paths = {f"{name}、{size:,} 銘柄": template.format(company=company.pk) for name, template in _PAGES.items()}
    for name, path in paths.items():
        what = f"管理画面: {name}"
        measurements.append(measure(what, lambda path=path: _open(client, path), runs=7, bound_ms=_MOST_MILLISECONDS))  # type: ignore[misc]
        with CaptureQueriesContext(connection) as asked:
            _open(client, path)
        queries.append(Relation(f"クエリ数: {name}", len(asked), at_most=_MOST_QUERIES))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return measurements, _weigh(paths, cookie), queries


def _weigh(paths: dict[str, str], cookie: str) -> list[Measurement]:
    """The bytes of each page as the server sends it to a browser; what its address alone names (styles, scripts) not counted."""
    weights = []
    with tempfile.TemporaryDirectory() as name, serve_product(Path(name)) as server:
        for what, path in paths.items():
            headers = {"Cookie": cookie, "Accept-Encoding": "gzip, deflate, br, zstd"}
            asked = urllib.request.Request(f"{server.base_url}{path}", headers=headers)  # noqa: S310
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310
                if answer.geturl() != asked.full_url:
                    raise RuntimeError(f"{path}: led to {answer.geturl()}")
                weight = len(answer.read())
            weights.append(Measurement(f"転送量: {what}", weight / 1000, _MOST_KB, 1, "kB"))
    return weights


def _open(client: Client, path: str) -> None:
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path}: {answer.status_code}")
    b"".join(answer)  # pages that are made while they are sent, too
