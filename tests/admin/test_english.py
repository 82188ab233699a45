"""The admin in English: chosen by a person, complete, and without a Japanese word of its own on any page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django_celery_beat.models import PeriodicTask

from api.models import ApiKey
from companies.models import Company, LedgerRevision, ListingSnapshot
from datasources.models import DataSource
from masters.models import Market
from syncjobs.execution import execute_run
from syncjobs.models import ListUpload, SyncRun
from syncjobs.runs import start_backfill, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.datasources.test_jpx_listing import KYOKUYO, csv_of
from tests.factories import make_issue, make_source
from tests.fakes.jquants import FakeJquants

pytestmark = pytest.mark.django_db

JAPANESE = re.compile(r"[\u3001-\u303f\u3040-\u30ff\u4e00-\u9fff\uff00-\uff60]")
NOT_SHOWN = re.compile(r"<script.*?</script>|<!--.*?-->|<style.*?</style>", re.S)
# The product's name, the other language's, names of masters in Japanese where they are edited.
NAMES = re.compile(r"銘柄 Meigara|日本語|“(コード|日付|銘柄名)”")


def english(client: Client) -> Client:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return client


def japanese_in(page: Any) -> list[str]:
    shown = NAMES.sub("", NOT_SHOWN.sub("", page.content.decode()))
    return [line.strip() for line in shown.splitlines() if JAPANESE.search(line)]


@pytest.fixture
def busy_source() -> Iterator[DataSource]:
    """Companies with English names; a sync that completed, one to be reviewed, one that failed, a back-fill."""
    with FakeJquants() as fake:
        issues = [make_issue(str(1301 + step), company_name=f"Company {step}", margin_code="1") for step in range(40)]
        moved = make_issue("1301", company_name="Company", market_code="0112", scale_category="-")
        fake.publish(FEBRUARY, issues)
        fake.publish(MARCH, [moved, *issues[1:]])
        source = make_source(fake)
        execute_run(start_listing_run(source, day=FEBRUARY, requested_by="定期実行").pk)
        execute_run(start_listing_run(source, day=MARCH, requested_by="管理画面: admin").pk)
        for fault in ("truncated", "empty", "duplicates"):
            fake.fail(fault)
            execute_run(start_listing_run(source, requested_by="API: key").pk)
        start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="管理画面: admin")
        yield source


def paths_of_all_pages() -> Iterator[str]:
    yield from ("/admin/", "/admin/companies/company/compare/", "/admin/companies/listingevent/calendar/")
    events = "/admin/companies/listingevent/"
    yield from (
        f"{events}summary/",
        f"{events}summary/?type=market_changed",
        f"{events}years/",
        "/admin/companies/listingsnapshot/curve/",
    )
    yield from (
        f"{events}?event_date_from=2024-03-01&certainty=possible",
        f"{events}?certainty=certain&market_from=0111&scale_to=-",
    )
    yield from ("/admin/syncjobs/syncrun/add/", "/admin/syncjobs/listupload/add/", "/admin/api/apikey/add/")
    yield from (
        "/admin/second-factor/",
        "/admin/datasources/datasource/add/",
        "/admin/auth/user/add/",
        "/admin/password_change/",
        "/admin/operations/",
        "/api/",
        "/admin/subscriptions/watchlist/add/",
        "/admin/subscriptions/savedview/",
        "/admin/subscriptions/destination/add/",
        *(
            f"/admin/subscriptions/destination/add/?channel={channel}"
            for channel in ("webhook", "mail", "chat", "atom")
        ),
        "/admin/subscriptions/destination/all/",
        "/admin/operations/parts/",
    )
    yield from ("/admin/companies/company/suggest/?q=company", "/admin/companies/company/?as_of=2024-02-29")
    yield from ("/admin/companies/company/?as_of=1990-01-01", "/admin/companies/company/?as_of=x")
    for known_at in ("1", "1&as_of=2024-03-10", "1&as_of=1990-01-01", "0", "2", "99", "x", "2001-01-01"):
        yield f"/admin/companies/company/?known_at={known_at}"
    for model in admin.site._registry:
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    changed = [
        *Company.objects.filter(code__in=["1301", "1302"]), *ListingSnapshot.objects.all(), *SyncRun.objects.all(),
        *LedgerRevision.objects.all(),
        *DataSource.objects.all(), *PeriodicTask.objects.exclude(crontab=None), *ListUpload.objects.all(),
        *ApiKey.objects.all(), *Group.objects.filter(name="analyst"),
    ]  # fmt: skip
    for row in changed:
        yield reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


@pytest.mark.usefixtures("busy_source")
def test_no_page_says_anything_in_japanese(admin_client: Client) -> None:
    client = english(admin_client)
    left = {}
    for path in paths_of_all_pages():
        page = client.get(path)
        assert page.status_code == 200, path
        # Masters are edited in both languages.
        if found := [line for line in japanese_in(page) if "masters" not in path]:
            left[path] = found

    assert left == {}, "\n".join(f"{path} {line}" for path, lines in left.items() for line in lines[:6])


def test_refusals_and_files_are_in_english(admin_client: Client, busy_source: DataSource) -> None:
    client = english(admin_client)
    answers = [
        client.post("/admin/syncjobs/listupload/add/", {"file": SimpleUploadedFile("data_j.xls", content)})
        for content in (b"", b"\x89PNG", b"<html>", csv_of(KYOKUYO).replace("極洋".encode(), b""), csv_of())
    ]
    answers += [
        client.post("/admin/syncjobs/syncrun/add/", {"sync": "", "sync-source": busy_source.pk, "sync-day": "1990-01-01"}),
        client.post("/admin/syncjobs/syncrun/add/", {"backfill": "", "backfill-source": 99}),
        client.post(f"/admin/syncjobs/syncrun/sync-now/{busy_source.pk}/", follow=True),
        client.get("/admin/companies/company/export/?format=doc", follow=True),
        client.post("/admin/datasources/datasource/add/", {"name": "a", "base_url": "http://example.com", "plan": "free"}),
        client.get("/admin/companies/company/compare/?first=1990-01-01&second=1980-01-01"),
    ]  # fmt: skip

    assert [japanese_in(answer) for answer in answers] == [[]] * len(answers)
    companies = client.get("/admin/companies/company/export/?format=csv").getvalue().decode()
    events = client.get("/admin/companies/listingevent/export/?format=csv").getvalue().decode()
    assert not JAPANESE.search(companies.replace("銘柄 Meigara", ""))
    assert "Standard" in companies
    assert not JAPANESE.search(events)
    assert "Market segment changed" in events


def test_the_language_is_chosen_once_and_kept(admin_client: Client) -> None:
    assert 'lang="ja"' in admin_client.get("/admin/").content.decode()

    admin_client.post("/language/", {"language": "en", "next": "/admin/"})
    page = admin_client.get("/admin/", headers={"Accept-Language": "ja"})

    assert 'lang="en"' in page.content.decode()
    assert page.headers["Content-Language"] == "en"
    admin_client.post("/language/", {"language": "ja", "next": "/admin/"})
    assert 'lang="ja"' in admin_client.get("/admin/").content.decode()


def test_browsers_that_prefer_english_still_get_japanese_first(client: Client) -> None:
    page = client.get("/admin/login/", headers={"Accept-Language": "en-US"})

    assert 'lang="ja"' in page.content.decode()


def test_a_master_without_an_english_name_shows_its_japanese_one() -> None:
    market = Market.objects.get(code="0111")
    with translation.override("en"):
        assert (market.shown_name, dict(Market.objects.names())["0111"]) == ("Prime", "Prime")
        Market.objects.filter(code="0111").update(name_english="")
        market.refresh_from_db()
        assert (market.shown_name, dict(Market.objects.names())["0111"]) == ("プライム", "プライム")
