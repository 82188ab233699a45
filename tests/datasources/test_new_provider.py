"""A provider that the product never heard of is its folder (`tests/toy_provider/`) and one entry of `DATA_PROVIDERS`."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from companies.choices import SnapshotSource
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from datasources.credentials import find_credentials
from datasources.models import DataSource
from datasources.registered import registered
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.runs import start_backfill, start_listing_run
from syncjobs.tasks import renew_tokens
from tests.factories import make_codes, make_list
from tests.toy_provider.fake import TOKEN, FakeToy

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SOURCES, RUNS = "/admin/datasources/datasource/", "/admin/syncjobs/syncrun/"
ADD = f"{SOURCES}add/?provider=toy"
NEWEST = date(2024, 3, 29)


@pytest.fixture(autouse=True)
def _registration(settings: Settings) -> None:
    settings.DATA_PROVIDERS = [*settings.DATA_PROVIDERS, "tests.toy_provider"]


@pytest.fixture
def toy() -> Iterator[FakeToy]:
    with FakeToy() as fake:
        yield fake


def text(response: Any) -> str:
    return str(response.content.decode())


def enter(client: Client, toy: FakeToy, **changed: str) -> DataSource:
    values = {"name": "おもちゃ", "base_url": toy.address(), "requests_per_minute": "600", "api_key": TOKEN}
    client.post(ADD, {**values, "is_enabled": "on", **changed})
    return DataSource.objects.get(provider="toy")


def test_an_account_of_it_is_entered_tested_and_its_list_comes_into_the_ledger(
    admin_client: Client, toy: FakeToy
) -> None:
    source = enter(admin_client, toy)
    tested = text(admin_client.post(f"{SOURCES}{source.pk}/check/", follow=True))
    page = text(admin_client.get(f"{SOURCES}{source.pk}/change/"))
    admin_client.post(f"{RUNS}sync-now/{source.pk}/")
    run = SyncRun.objects.get(source=source)
    execute_run(run.pk)
    run.refresh_from_db()
    entry = ListingSnapshot.objects.get()

    assert find_credentials(source).api_key == TOKEN
    assert "おもちゃ取引所に接続できました。" in tested
    assert "設定済み（末尾 4711）" in page
    assert "今すぐ同期" in page
    assert TOKEN not in tested + page
    assert (run.status, run.date_in_force, run.new_companies) == ("completed", NEWEST, 3)
    assert (entry.date_in_force, entry.source, entry.row_count) == (NEWEST, "jpx", 3)
    assert list(Company.objects.values_list("code", "company_name")) == [
        ("1301", "会社0"), ("1302", "会社1"), ("1303", "会社2"),
    ]  # fmt: skip
    assert [seen.query for seen in toy.calls("/list")] == [{}, {}]


def test_without_a_calendar_of_its_own_a_back_fill_goes_by_weekdays(admin_client: Client, toy: FakeToy) -> None:
    run = start_backfill(
        enter(admin_client, toy), first=date(2024, 3, 1), last=date(2024, 3, 5), requested_by="test"
    )  # fmt: skip
    execute_run(run.pk)
    run.refresh_from_db()

    assert run.status == "completed"
    assert [seen.query["day"] for seen in toy.calls("/list")] == ["2024-03-01", "2024-03-04", "2024-03-05"]
    assert ListingSnapshot.objects.filter(source="jpx").count() == 3


def test_what_its_account_may_not_is_told_in_its_own_words(admin_client: Client, toy: FakeToy) -> None:
    source = enter(admin_client, toy, api_key="something-else")
    tested = text(admin_client.post(f"{SOURCES}{source.pk}/check/", follow=True))
    source.refresh_from_db()

    assert "おもちゃ取引所に断られました（HTTP 403）。" in tested
    assert source.last_check_code == "TOY_REFUSED"


def test_the_form_of_a_new_source_offers_every_provider_that_has_accounts(admin_client: Client) -> None:
    first, toys = text(admin_client.get(f"{SOURCES}add/")), text(admin_client.get(ADD))

    assert 'href="?provider=toy"' in first
    assert 'href="?provider=jquants" aria-current="page"' in first
    assert "?provider=yahoo" not in first
    assert "?provider=jpx" not in first
    assert "API キー（V2）" in first
    assert "合言葉" in toys
    assert "API キー（V2）" not in toys
    assert 'value="おもちゃ取引所"' in toys
    assert admin_client.get(f"{SOURCES}add/?provider=yahoo").status_code == 404


def test_lists_of_sources_and_forms_of_runs_know_it(admin_client: Client, toy: FakeToy) -> None:
    source = enter(admin_client, toy)
    renew_tokens()  # of which it has none
    listed, start = text(admin_client.get(SOURCES)), text(admin_client.get(f"{RUNS}add/"))
    too_early = text(
        admin_client.post(f"{RUNS}add/", {"sync": "1", "sync-source": source.pk, "sync-day": "2019-12-30"})
    )  # fmt: skip
    told = admin_client.get("/api/v1/datasources").json()["datasources"]

    assert "おもちゃ取引所" in listed
    assert "毎分 600 回" in listed
    assert f'<option value="{source.pk}"' in start
    assert "2020-01-06 から今日" in too_early
    assert [(row["plan"], row["requests_per_minute"]) for row in told if row["provider"] == "toy"] == [(None, 600)]


def test_a_source_whose_provider_is_registered_no_more_can_still_be_looked_at_and_switched_off(
    admin_client: Client, toy: FakeToy, settings: Settings
) -> None:
    source = enter(admin_client, toy)
    settings.DATA_PROVIDERS = settings.DATA_PROVIDERS[:-1]
    change = f"{SOURCES}{source.pk}/change/"
    tested = text(admin_client.post(f"{SOURCES}{source.pk}/check/", follow=True))
    listed, page = admin_client.get(SOURCES), text(admin_client.get(change))
    refused = text(admin_client.post(f"{RUNS}sync-now/{source.pk}/", follow=True))
    admin_client.post(change, {"name": "おもちゃ"})
    source.refresh_from_db()

    assert listed.status_code == 200
    assert "この提供元の接続テストはありません。" in tested
    assert "今すぐ同期" not in page
    assert "銘柄の一覧がありません。J-Quants、JPX 上場銘柄一覧 のデータソースを指定してください。" in refused
    assert not source.is_enabled


def test_a_doubtful_list_of_a_provider_that_is_gone_can_only_be_rejected(
    admin_client: Client, toy: FakeToy, settings: Settings
) -> None:
    apply_snapshot(date(2024, 2, 29), make_list(make_codes(40)), SnapshotSource.JPX)
    run = start_listing_run(enter(admin_client, toy), requested_by="test")
    execute_run(run.pk)
    settings.DATA_PROVIDERS = settings.DATA_PROVIDERS[:-1]
    before = text(admin_client.get(f"{RUNS}{run.pk}/change/"))
    approved = admin_client.post(f"{RUNS}{run.pk}/approve/", {"reason": "見た", "delisted": 37}, follow=True)
    difference = admin_client.get(f"{RUNS}{run.pk}/difference/", follow=True)
    admin_client.post(f"{RUNS}{run.pk}/cancel/")
    run.refresh_from_db()

    assert f"{RUNS}{run.pk}/cancel/" in before
    assert f"{RUNS}{run.pk}/approve/" not in before
    assert [approved.status_code, difference.status_code] == [200, 200]
    assert (run.status, run.is_rejected, ListingSnapshot.objects.count()) == ("cancelled", True, 1)


@pytest.mark.parametrize("folder", ["tests.fakes", "nowhere", "tests.toy_provider"])
def test_an_entry_that_leads_to_no_provider_or_to_one_twice_ends_the_start(folder: str, settings: Settings) -> None:
    settings.DATA_PROVIDERS = [*settings.DATA_PROVIDERS, folder]

    with pytest.raises(ImproperlyConfigured, match="DATA_PROVIDERS"):
        registered()
