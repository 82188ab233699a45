"""The admin without a mouse: keys that do something everywhere, the palette, and three tasks by keyboard alone."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.looks import serious_findings

pytestmark = pytest.mark.e2e

COMPANIES = "/admin/companies/company/"
# Pages with a search, with one of companies, and without any.
PLACES = {
    COMPANIES: "#searchbar",
    "/admin/masters/sector33/": "#searchbar",
    "/admin/": "input[name=q]",
    "/admin/companies/company/compare/": "#palette-field",
    "/admin/syncjobs/syncrun/add/": "#palette-field",
}


class Keys:
    """Counts them; a text is a key for each of its letters."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.count += 1

    def type(self, text: str) -> None:
        self._page.keyboard.type(text, delay=20)
        self.count += len(text)

    def press_until(self, key: str, place: str) -> None:
        """As somebody who sees the focus go on."""
        for _ in range(60):
            if self._page.evaluate("(place) => document.activeElement.matches(place)", place):
                return
            self.press(key)
        raise AssertionError(f"the focus never comes to {place}")


def focused(page: Page) -> Any:
    return page.evaluate("document.activeElement.innerText || document.activeElement.id")


def test_a_company_is_opened_from_anywhere_by_ctrl_k_its_code_and_enter(admin: Page) -> None:
    admin.goto("/admin/syncjobs/syncrun/")
    keys = Keys(admin)
    keys.press("Control+k")
    keys.type("7203")
    keys.press("Enter")

    admin.wait_for_url("**/company/*/change/")
    expect(admin.locator("body")).to_contain_text("トヨタ自動車")
    assert keys.count == 6


def test_the_palette_finds_companies_by_name_the_best_first(admin: Page) -> None:
    admin.goto(COMPANIES)
    keys = Keys(admin)
    keys.press("Meta+k")
    keys.type("とよた")
    best = admin.get_by_role("option", name="7203 トヨタ自動車")
    expect(best).to_have_attribute("aria-selected", "true")
    field = admin.get_by_role("combobox", name="銘柄、ページ、コマンドを探す")
    assert field.get_attribute("aria-activedescendant") == best.get_attribute("id")
    take_picture(admin, "palette")
    assert serious_findings(admin) == []
    keys.press("Enter")

    admin.wait_for_url("**/company/*/change/")
    assert keys.count == 5


def test_the_palette_leads_to_pages_and_commands_and_back(admin: Page) -> None:
    admin.goto(COMPANIES)
    keys = Keys(admin)
    keys.press("j")
    before = focused(admin)
    keys.press("Control+k")
    expect(admin.get_by_role("dialog", name="銘柄・ページ・コマンドへ移動")).to_be_visible()
    expect(admin.get_by_role("group", name="ページ").get_by_role("option").first).to_have_text("ホーム")
    for _ in range(4):
        keys.press("Tab")
        assert focused(admin) == "palette-field"
    keys.press("ArrowUp")
    expect(admin.locator("#palette [aria-selected=true]")).to_have_text("ログアウト")
    keys.press("Escape")
    expect(admin.get_by_role("dialog")).to_have_count(0)
    assert focused(admin) == before

    keys.press("Control+k")
    keys.type("スナップ")
    keys.press("Enter")
    admin.wait_for_url("**/listingsnapshot/")
    keys.press("Control+k")
    keys.type("2 つの日")
    keys.press("Enter")
    admin.wait_for_url("**/compare/")


def test_the_palette_offers_what_the_page_offers(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?market=0113")
    keys = Keys(admin)
    keys.press("Control+k")
    keys.type("excel")
    with admin.expect_download() as download:
        keys.press("Enter")

    assert download.value.suggested_filename.endswith(".xlsx")
    assert keys.count == 7


def test_a_search_that_the_server_does_not_answer_is_said(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.route("**/suggest/**", lambda route: route.fulfill(status=403, body=""))
    admin.keyboard.press("Control+k")
    admin.keyboard.type("とよた", delay=20)

    expect(admin.get_by_text("検索できません。接続を確かめて、もう一度入力してください。")).to_be_visible()
    expect(admin.locator("#palette [aria-selected=true]")).to_have_text("銘柄一覧で検索: とよた")


def test_letters_stay_letters_where_somebody_types(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.locator("#searchbar").focus()
    admin.keyboard.type("/jk?", delay=20)
    admin.keyboard.press("Control+k")

    expect(admin.locator("#searchbar")).to_have_value("/jk?")
    expect(admin.locator("#searchbar")).to_be_focused()
    expect(admin.get_by_role("dialog")).to_have_count(0)


def test_a_question_mark_tells_what_the_keys_do(admin: Page) -> None:
    admin.goto("/admin/password_change/")
    admin.locator("body").evaluate("document.activeElement.blur()")
    admin.keyboard.press("?")
    help_dialog = admin.get_by_role("dialog", name="キーボードの使い方")

    expect(help_dialog).to_be_visible()
    for words in ("検索へ移る", "一覧の次の行、前の行へ", "選んでいる行を開く"):
        expect(help_dialog).to_contain_text(words)
    take_picture(admin, "shortcuts")
    assert serious_findings(admin) == []
    admin.keyboard.press("Escape")
    expect(help_dialog).to_be_hidden()


@pytest.mark.parametrize("path", PLACES)
def test_the_first_that_a_keyboard_reaches_is_the_way_to_the_content_and_a_slash_leads_to_the_search(
    admin: Page, path: str
) -> None:
    admin.goto(path)
    admin.locator("body").evaluate("document.activeElement.blur()")
    admin.keyboard.press("Tab")
    skip = admin.get_by_role("link", name="本文へ移動")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    admin.keyboard.press("Enter")
    assert urlless(admin) == path
    admin.keyboard.press("Tab")
    assert admin.evaluate("document.querySelector('#content').contains(document.activeElement)")

    admin.locator("body").evaluate("document.activeElement.blur()")
    admin.keyboard.press("/")
    expect(admin.locator(PLACES[path])).to_be_focused()
    expect(admin.locator(PLACES[path])).to_have_value("")


def urlless(page: Page) -> str:
    return re.sub(r"^https?://[^/]+", "", page.url)


def test_first_task_by_keyboard_alone_a_company_is_searched_and_opened(admin: Page) -> None:
    admin.goto(COMPANIES)
    keys = Keys(admin)
    keys.press("/")
    keys.type("toyota")
    keys.press("Enter")
    admin.wait_for_url("**q=toyota**")
    keys.press("j", "j", "k", "j")
    code = focused(admin)
    assert code == admin.locator("#result_list tbody tr").nth(1).locator("th").inner_text()
    take_picture(admin, "row-by-keyboard")
    keys.press("Enter")

    admin.wait_for_url("**/change/**")
    expect(admin.locator("body")).to_contain_text(code)
    assert keys.count == 13


def test_second_task_by_keyboard_alone_the_list_is_filtered(admin: Page) -> None:
    admin.goto(COMPANIES)
    keys = Keys(admin)
    keys.press_until("Tab", "[data-filters-open]")
    keys.press("Enter")
    expect(admin.get_by_label("時点")).to_be_focused()
    keys.type("2024-03-15")
    keys.press("Enter")

    expect(admin.locator(".chip")).to_have_text(["時点: 2024-03-15×"])
    expect(admin.locator(".conditions-count")).to_have_text("4,343 件")
    keys.press_until("Tab", ".chip a")
    keys.press("Enter")
    expect(admin.locator(".chip")).to_have_text(["現在の上場状態: 上場中×"])


def test_the_sheet_of_filters_keeps_the_focus_and_gives_it_back(admin: Page) -> None:
    admin.goto(COMPANIES)
    opener = admin.get_by_role("button", name="フィルタ", exact=False).first
    opener.focus()
    admin.keyboard.press("Enter")
    expect(admin.get_by_label("時点")).to_be_focused()
    for _ in range(30):
        admin.keyboard.press("Tab")
        assert admin.evaluate("document.querySelector('#filter-sheet').contains(document.activeElement)")
    admin.keyboard.press("Escape")

    expect(admin.locator("#filter-sheet")).to_be_hidden()
    expect(opener).to_be_focused()


def test_third_task_by_keyboard_alone_a_page_further_and_a_company_of_it(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?market=0111")
    keys = Keys(admin)
    keys.press_until("Shift+Tab", ".pages a[href$='p=2']")
    keys.press("Enter")
    admin.wait_for_url("**p=2")
    expect(admin.locator("[aria-current=page]")).to_have_text("2")
    keys.press("j", "k")
    code = focused(admin)
    assert code == admin.locator("#result_list tbody tr").first.locator("th").inner_text()
    keys.press("Enter")

    admin.wait_for_url("**/change/**")
    expect(admin.locator("body")).to_contain_text(code)
    assert keys.count == 10
