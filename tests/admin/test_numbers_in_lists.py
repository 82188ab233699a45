"""Numbers in lists: separators of thousands, at the right under their heading."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.models import ListingSnapshot
from syncjobs.models import ListUpload
from tests.conftest import MARCH

pytestmark = pytest.mark.usefixtures("two_lists")


def numbers(page: str) -> list[str]:
    return re.findall(r'<td[^>]*><span class="number">([^<]*)</span></td>', page)


def heading_classes(page: str, column: str) -> str:
    [classes] = re.findall(rf'<th class="([^"]*column-{column}[^"]*)"', page)
    return str(classes)


def test_a_number_has_separators_and_its_heading_stands_over_it(admin_client: Client) -> None:
    ListingSnapshot.objects.filter(date_in_force=MARCH).update(row_count=4451)
    page = admin_client.get("/admin/companies/listingsnapshot/").content.decode()

    assert numbers(page) == ["4,451", "4"]
    assert "number-column" in heading_classes(page, "rows_told")
    assert "number-column" not in heading_classes(page, "source")


def test_so_have_uploads_and_masters(admin_client: Client) -> None:
    ListUpload.objects.create(
        file_name="data_j.xls", sha256="0" * 64, size_bytes=1, date_in_force=MARCH, row_count=4451, status="applied",
        finished_at=timezone.now(), finished_by="admin", result={"total": 4, "new": 1, "updated": 2, "deactivated": 1},
    )  # fmt: skip

    assert numbers(admin_client.get("/admin/syncjobs/listupload/").content.decode()) == ["4,451"]
    markets = admin_client.get("/admin/masters/market/").content.decode()
    assert len(numbers(markets)) == markets.count("data-row") > 3
    assert admin_client.get("/admin/masters/market/?o=3").status_code == 200


def test_pages_count_with_separators_and_mark_the_one_that_is_shown(admin_client: Client) -> None:
    User.objects.bulk_create([User(username=f"user{number:04}") for number in range(1100)])
    page = admin_client.get("/admin/auth/user/?p=2").content.decode()

    assert re.findall(r'aria-current="page">(\d+)<', page) == ["2"]
    assert "1,101 件" in page


def test_a_schedule_is_called_by_its_name_wherever_it_is_told_of(admin_client: Client) -> None:
    """django-celery-beat adds its cron line, and the English order of its parts."""
    task = PeriodicTask.objects.get(name="上場銘柄一覧の同期")
    page = f"/admin/django_celery_beat/periodictask/{task.pk}"
    form = {
        "minute": "30",
        "hour": "19",
        "day_of_week": "1-5",
        "day_of_month": "*",
        "month_of_year": "*",
        "enabled": "on",
    }
    saved = admin_client.post(f"{page}/change/", form, follow=True).content.decode()
    pages = [
        saved,
        admin_client.get(f"{page}/change/").content.decode(),
        admin_client.get(f"{page}/history/").content.decode(),
    ]

    assert "“上場銘柄一覧の同期”" in saved or "「<a" in saved or "上場銘柄一覧の同期</a>" in saved
    assert LogEntry.objects.get().object_repr == "上場銘柄一覧の同期"
    assert ["(m/h" in one for one in pages] == [False, False, False]
    assert "(m/h" not in admin_client.get("/admin/").content.decode()
