"""What an analyst does with the list of companies, in clicks; each number is that of the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import sign_in, take_picture, watched_page
from tests.e2e.looks import serious_findings
from tests.e2e.products import Product

pytestmark = pytest.mark.e2e

COMPANIES = "/admin/companies/company/"


class Clicks:
    """Counts them."""

    def __init__(self) -> None:
        self.count = 0

    def on(self, place: Locator) -> None:
        place.click()
        self.count += 1


def choose(page: Page, clicks: Clicks, parameter: str, choice: str) -> None:
    """One more value in a filter that takes several."""
    clicks.on(page.locator(f"select[name={parameter}] + .select2-container"))
    clicks.on(page.locator(".select2-results__option", has_text=choice))


def test_prime_real_estate_mid400_is_an_excel_file_in_nine_clicks(admin: Page, product: Product) -> None:
    admin.goto(COMPANIES)
    clicks = Clicks()
    clicks.on(admin.get_by_role("button", name="フィルタ"))
    choose(admin, clicks, "market", "プライム (")
    choose(admin, clicks, "sector33", "不動産業 (")
    choose(admin, clicks, "scale", "TOPIX Mid400 (")
    clicks.on(admin.get_by_role("button", name="絞り込む"))

    found = product.get("/api/v1/companies?market_code=0111&sector33_code=8050&scale_category=TOPIX%20Mid400")
    codes = [company["code"] for company in found["companies"]]
    assert len(codes) > 5
    expect(admin.locator(".chip")).to_have_text(
        ["現在の上場状態: 上場中×", "市場区分: プライム×", "33業種: 不動産業×", "規模区分: TOPIX Mid400×"]
    )
    expect(admin.locator(".conditions-count")).to_have_text(f"4,354 件中 {len(codes)} 件")
    take_picture(admin, "chips")
    with admin.expect_download() as download:
        clicks.on(admin.get_by_role("link", name="Excel", exact=True))
    content = download.value.path().read_bytes()

    cells = {
        str(cell.value) for sheet in load_workbook(BytesIO(content)).worksheets for row in sheet.rows for cell in row
    }
    assert set(codes) <= cells
    assert "7203" not in cells
    assert clicks.count == 9


def test_a_condition_goes_by_its_cross_and_all_of_them_at_once(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?market=0111&sector33=8050&scale=TOPIX%20Mid400&q=不動産")
    few = admin.locator("#result_list tbody tr").count()
    clicks = Clicks()
    clicks.on(admin.get_by_role("link", name="条件「規模区分: TOPIX Mid400」を外す"))
    expect(admin.locator(".chip")).to_have_count(4)
    assert admin.locator("#result_list tbody tr").count() > few
    clicks.on(admin.get_by_role("link", name="条件「検索: 不動産」を外す"))
    expect(admin.locator("#searchbar")).to_have_value("")
    clicks.on(admin.get_by_role("link", name="条件をクリア"))

    expect(admin.locator(".chip")).to_have_text(["現在の上場状態: 上場中×"])
    expect(admin.locator(".conditions-count")).to_have_text("4,354 件")
    assert clicks.count == 3


@contextmanager
def colleague(browser: Browser, product: Product) -> Iterator[Page]:
    """Somebody else, who likes other columns."""
    with watched_page(browser, product) as page:
        sign_in(page, product.admin_user, product.admin_password)
        page.goto(COMPANIES)
        page.get_by_text("表示する列").click()
        page.get_by_role("checkbox", name="EDINET コード").check()
        page.get_by_role("checkbox", name="信用区分").uncheck()
        page.get_by_role("button", name="この列を表示する").click()
        expect(page.locator("#result_list thead")).to_contain_text("EDINET コード")
        yield page


def test_a_link_shows_a_colleague_the_same_after_one_click(browser: Browser, product: Product, admin: Page) -> None:
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.goto(
        f"{COMPANIES}?as_of=2024-03-15&market=0111&scale=TOPIX%20Core30&columns=market_name-scale-first_day&o=-2.0"
    )
    clicks = Clicks()
    clicks.on(admin.get_by_role("link", name="リンクをコピー"))
    expect(admin.get_by_role("link", name="コピーしました")).to_be_visible()
    link = admin.evaluate("navigator.clipboard.readText()")

    assert parse_qs(urlsplit(link).query) == {
        "as_of": ["2024-03-15"], "market": ["0111"], "scale": ["TOPIX Core30"], "o": ["-2.0"], "columns": ["market_name-scale-first_day"],
    }  # fmt: skip
    with colleague(browser, product) as theirs:
        theirs.goto(link)
        for place in ("#result_list", ".chips", ".conditions-count"):
            assert theirs.locator(place).inner_text() == admin.locator(place).inner_text()
        take_picture(theirs, "a-link")
    assert clicks.count == 1


def test_what_narrows_the_list_has_nothing_serious_by_day_and_by_night(admin: Page) -> None:
    for scheme in ("light", "dark"):
        admin.emulate_media(color_scheme=scheme)
        admin.goto(f"{COMPANIES}?market=0111&market=0112&q=a&p=2")
        expect(admin.locator("[aria-current=page]")).to_have_text("2")
        take_picture(admin, f"chips-{scheme}")
        assert serious_findings(admin) == []


def test_suggestions_lie_over_the_page_which_stays_where_it_is(admin: Page) -> None:
    admin.goto("/admin/")
    below = admin.get_by_role("region", name="市場区分")
    before = below.bounding_box()
    admin.get_by_role("combobox", name="銘柄を検索").press_sequentially("とよた", delay=30)
    expect(admin.get_by_role("option", name="7203 トヨタ自動車")).to_be_visible()

    assert below.bounding_box() == before
