"""From a source of quotes that is switched off to prices on the page of a company."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.products import Product
from tests.fakes.yahoo import FakeYahoo

pytestmark = pytest.mark.e2e

SOURCES, COMPANIES = "/admin/datasources/datasource/", "/admin/companies/company/"


@pytest.fixture(scope="module")
def yahoo() -> Iterator[FakeYahoo]:
    """Slow enough that a person sees the progress."""
    with FakeYahoo(delay_seconds=0.05) as fake:
        yield fake


def open_toyota(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?q=7203")
    admin.get_by_role("link", name="トヨタ自動車").click()
    expect(admin.get_by_role("heading", name="内容の履歴")).to_be_visible()


def test_without_the_source_there_is_no_word_of_quotes(admin: Page) -> None:
    open_toyota(admin)

    expect(admin.locator("#quote")).to_have_count(0)


def test_the_source_is_enabled_tested_and_prices_appear(admin: Page, product: Product, yahoo: FakeYahoo) -> None:
    admin.goto(SOURCES)
    admin.get_by_role("link", name="Yahoo Finance").click()
    admin.get_by_label("毎分の上限").fill("")
    admin.get_by_label("ベース URL").fill(yahoo.address())
    admin.get_by_label("有効", exact=True).check()
    take_picture(admin, "quote-source")
    admin.get_by_role("button", name="保存して編集を続ける").click()
    admin.get_by_role("button", name="接続テスト").click()
    expect(admin.get_by_text("接続できました。").first).to_be_visible()

    open_toyota(admin)
    expect(admin.locator("#quote")).to_contain_text("2,050 JPY")
    take_picture(admin, "quote")
    admin.get_by_role("button", name="株価を更新").click()
    expect(admin.locator("#quote")).to_contain_text("前日比 +50 (+2.5%)")
    assert product.get("/api/v1/companies/7203/quote")["price"] == 2050
    assert yahoo.symbols().count("7203.T") == 1


def test_quotes_are_refreshed_for_the_large_companies(admin: Page, yahoo: FakeYahoo) -> None:
    admin.goto(SOURCES)
    admin.get_by_role("link", name="Yahoo Finance").click()
    admin.get_by_role("button", name="株価を更新").click()

    expect(admin.get_by_text("株価の取得中")).to_be_visible()
    expect(admin.get_by_text("完了", exact=True)).to_be_visible(timeout=30_000)
    expect(admin.get_by_text(re.compile("全 99 銘柄（更新 98、更新不要 1、対象外 0）"))).to_be_visible()
    take_picture(admin, "quote-run")


def test_price_and_change_are_columns_by_choice(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?q=7203")
    admin.get_by_text("表示する列").click()
    admin.get_by_label("株価").check()
    admin.get_by_label("前日比").check()
    admin.get_by_role("button", name="この列を表示する").click()

    expect(admin.locator("#result_list")).to_contain_text("2,050 JPY")
    take_picture(admin, "quote-columns")
