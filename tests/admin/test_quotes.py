"""Quotes in the admin: the source, the page of a company, the columns of the list, the runs."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from companies.choices import QuoteSource
from companies.models import Company, Quote
from companies.quotes.kept_quotes import FetchedQuote, record_quotes
from datasources.models import DataSource
from datasources.pauses import find_pause_reason
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from tests.fakes.yahoo import MARKET_TIME, FakeYahoo

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/company/"


def store(*, days_old: int = 0) -> None:
    quote = FetchedQuote("7203", Decimal("2050.5"), Decimal(2000), "JPY", MARKET_TIME)
    record_quotes([quote], QuoteSource.YAHOO, fetched_at=timezone.now() - timedelta(days=days_old))


def text(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def toyota() -> int:
    return Company.objects.get(code="7203").pk


def company_page(client: Client) -> str:
    return text(client.get(f"{LIST}{toyota()}/change/"))


def quote_part(client: Client) -> str:
    return text(client.get(f"/admin/syncjobs/syncrun/quote/{toyota()}/"))


def page_of(source: DataSource) -> str:
    return f"/admin/datasources/datasource/{source.pk}/change/"


def settings_of(yahoo: FakeYahoo, **changed: Any) -> dict[str, Any]:
    values = {"name": "Yahoo Finance", "requests_per_minute": "", "base_url": yahoo.address(), "is_enabled": "on",
              "quote_scale_categories": ["TOPIX Core30"]}  # fmt: skip
    return {**values, **changed}


def test_the_source_comes_with_the_product_switched_off_and_is_only_enabled(
    admin_client: Client, yahoo: FakeYahoo
) -> None:
    source = DataSource.objects.get(provider="yahoo")
    page = text(admin_client.get(page_of(source)))
    assert (source.is_enabled, source.requests_per_minute) == (False, 60)
    assert source.quote_scale_categories == ["TOPIX Core30", "TOPIX Large70"]
    assert "API キー（V2）" not in page
    assert quote_part(admin_client) == ""

    assert admin_client.post(page_of(source), settings_of(yahoo)).status_code == 302
    tested = text(admin_client.post(f"/admin/datasources/datasource/{source.pk}/check/", follow=True))

    source.refresh_from_db()
    assert (source.is_enabled, source.requests_per_minute) == (True, None)
    assert source.quote_scale_categories == ["TOPIX Core30"]
    assert "接続できました。" in tested
    assert "2,050" in quote_part(admin_client)
    assert "<strong" in company_page(admin_client)


def test_it_cannot_be_deleted(admin_client: Client, quote_source: DataSource) -> None:
    answer = admin_client.post(f"/admin/datasources/datasource/{quote_source.pk}/delete/", {"post": "yes"})

    assert answer.status_code == 403
    assert DataSource.objects.filter(pk=quote_source.pk).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("requests_per_minute", "0"), ("quote_scale_categories", ["TOPIX 500"]), ("base_url", "http://8.8.8.8/")],
)
def test_what_cannot_be_is_refused_at_its_field(
    field: str, value: Any, admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    page = admin_client.post(page_of(quote_source), settings_of(yahoo, **{field: value}))

    assert page.status_code == 200
    assert list(page.context["adminform"].form.errors) == [field]


def test_a_corrected_address_ends_the_pause_that_the_wrong_one_began(
    admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    DataSource.objects.update(base_url="http://127.0.0.1:1")
    quote_part(admin_client)
    assert find_pause_reason(quote_source) == "UNREACHABLE"

    admin_client.post(page_of(quote_source), settings_of(yahoo))

    assert find_pause_reason(quote_source) is None


def test_the_page_of_a_company_shows_the_stored_quote_and_asks_for_a_newer_one_by_itself(
    admin_client: Client, quote_source: DataSource
) -> None:
    store(days_old=4)
    page = company_page(admin_client)

    assert f'hx-get="/admin/syncjobs/syncrun/quote/{toyota()}/" hx-trigger="load"' in page
    assert "<strong" in page
    assert "2,050.5" in page
    assert "+50.5 (+2.52%)" in page
    assert "古い株価" in page
    assert f"{MARKET_TIME:%Y-%m-%d} 15:30 の株価" in page


def test_the_part_of_the_page_is_refreshed_without_the_page(
    admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    store(days_old=4)
    yahoo.prices["7203.T"] = 2100.0
    part = quote_part(admin_client)

    assert "2,100" in part
    assert "古い株価" not in part
    assert 'hx-trigger="load"' not in part
    assert "株価を更新</button>" in part
    assert quote_part(admin_client) == part
    assert len(yahoo.requests) == 1


def test_when_yahoo_is_down_the_part_says_why_and_shows_the_old_quote(
    admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    store(days_old=4)
    yahoo.fail("html", times=100)
    part = quote_part(admin_client)

    assert "2,050.5" in part
    assert "古い株価" in part
    assert "同意画面" in part


def test_the_page_says_what_is_doubtful_of_a_price(
    admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.prices["7203.T"] = 2501.0
    usual = quote_part(admin_client)
    Quote.objects.update(price=4001)
    impossible = quote_part(admin_client)
    Quote.objects.update(price=2050, market_time=MARKET_TIME - timedelta(days=30))
    old = quote_part(admin_client)

    assert "+501 (+25.05%)（制限値幅超）" in usual
    assert "通常の制限値幅（±500 円）を超えています" in usual
    assert "4 倍に拡大された制限値幅（±2,000 円）も超えています" in impossible
    assert "最後の取引から 5 営業日を超えています" in old
    assert old.count("最後の取引から") == 1
    assert "古い株価" in old
    assert "最後の取引から" in company_page(admin_client)


def test_who_may_not_see_companies_sees_no_quote(client: Client, quote_source: DataSource, yahoo: FakeYahoo) -> None:
    client.force_login(User.objects.create_user("nobody", is_staff=True))

    assert client.get(f"/admin/syncjobs/syncrun/quote/{toyota()}/").status_code == 403
    assert yahoo.requests == []


def test_price_and_change_are_columns_for_those_who_choose_them(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    store()
    assert "2,050.5" not in text(admin_client.get(LIST))

    with django_assert_max_num_queries(12):
        page = admin_client.get(f"{LIST}?columns=market_name-price-price_change")
    ordered = admin_client.get(f"{LIST}?columns=market_name-price-price_change&o=-3.2")

    assert page.context["cl"].list_display == ["code", "name", "market_name", "price", "price_change"]
    assert "2,050.5 JPY" in text(page)
    assert f"+50.5 (+2.52%) {MARKET_TIME:%m-%d} 15:30" in text(page)
    assert ordered.status_code == 200


def test_quotes_are_refreshed_from_the_page_of_the_source_and_the_run_tells_what_it_did(
    admin_client: Client, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    assert "株価を更新</button>" in text(admin_client.get(page_of(quote_source)))
    started = admin_client.post(f"/admin/syncjobs/syncrun/refresh-quotes/{quote_source.pk}/")
    run = SyncRun.objects.get()
    assert started.headers["Location"] == f"/admin/syncjobs/syncrun/{run.pk}/change/"
    execute_run(run.pk)

    page = text(admin_client.get(started.headers["Location"]))
    assert "株価の更新" in page
    assert "全 1 銘柄（更新 1、更新不要 0、対象外 0）" in page
    assert "基準日" not in page
    assert "全 1 銘柄" in text(admin_client.get("/admin/syncjobs/syncrun/"))
    assert Quote.objects.get().company.code == "7203"

    again = admin_client.post(f"/admin/syncjobs/syncrun/{run.pk}/repeat/")
    assert again.status_code == 302
    assert SyncRun.objects.filter(kind="quotes").count() == 2


def test_a_list_cannot_be_asked_of_it(admin_client: Client, quote_source: DataSource) -> None:
    page = text(admin_client.post(f"/admin/syncjobs/syncrun/sync-now/{quote_source.pk}/", follow=True))

    assert "銘柄の一覧がありません" in page
    assert SyncRun.objects.count() == 0


def test_quotes_cannot_be_asked_of_a_source_of_lists(admin_client: Client, source: DataSource) -> None:
    page = text(admin_client.post(f"/admin/syncjobs/syncrun/refresh-quotes/{source.pk}/", follow=True))

    assert "株価がありません" in page


def test_who_may_only_look_cannot_start_a_refresh(client: Client, quote_source: DataSource) -> None:
    viewer = User.objects.create_user("viewer", is_staff=True)
    viewer.user_permissions.set(Permission.objects.filter(codename__in=["view_datasource", "view_syncrun"]))
    client.force_login(viewer)

    assert client.post(f"/admin/syncjobs/syncrun/refresh-quotes/{quote_source.pk}/").status_code == 403
