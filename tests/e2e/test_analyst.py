"""An analyst's way through the admin."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.products import Product

pytestmark = pytest.mark.e2e

COMPANIES = "/admin/companies/company/"


def test_the_login_page_is_japanese_and_refuses_a_wrong_password(page: Page) -> None:
    page.goto("/admin/")
    page.get_by_label("ユーザー名").fill("admin")
    page.get_by_label("パスワード").first.fill("wrong")
    page.locator("[type=submit]").click()

    expect(page.locator("html")).to_have_attribute("lang", "ja")
    expect(page.get_by_text("正しいユーザー名とパスワードを入力してください")).to_be_visible()


def test_the_start_page_leads_to_every_listed_company(admin: Page) -> None:
    admin.goto("/admin/")
    take_picture(admin, "start")
    admin.get_by_role("link", name="4,354", exact=True).click()

    expect(admin.get_by_text("4,354 件").first).to_be_visible()
    expect(admin.get_by_role("link", name="極洋")).to_be_visible()
    take_picture(admin, "companies")


def test_a_company_is_found_by_the_sound_of_its_name(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.locator("#searchbar").fill("とよた")
    admin.locator("#searchbar").press("Enter")
    expect(admin.locator("#result_list tbody tr").first).to_contain_text("トヨタ自動車")
    admin.get_by_role("link", name="トヨタ自動車").click()

    expect(admin.get_by_role("heading", name="内容の履歴")).to_be_visible()
    expect(admin.get_by_text("取り込んだ最初の一覧（2024-02-29）にすでに載っていたため")).to_be_visible()


def test_the_list_turns_into_that_of_a_past_day(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.get_by_text("フィルタ").first.click()
    admin.get_by_label("時点").fill("2024-03-15")
    take_picture(admin, "filters")
    admin.get_by_role("button", name="絞り込む").click()

    expect(admin.get_by_role("status")).to_have_text("2024-03-15 の時点の内容です（2024-02-29 の一覧による）。")
    expect(admin.get_by_text("4,343 件").first).to_be_visible()


def test_filters_are_chosen_and_combined(admin: Page) -> None:
    admin.goto(f"{COMPANIES}?market=0111&sector33=3700&scale=TOPIX%20Core30")

    expect(admin.locator("#result_list tbody tr")).to_have_count(2)
    expect(admin.locator("#result_list")).to_contain_text("トヨタ自動車")
    expect(admin.locator("#result_list")).to_contain_text("本田技研工業")


def test_the_events_between_the_two_lists_are_told_in_words(admin: Page) -> None:
    admin.goto("/admin/companies/listingevent/?event_date_from=2024-02-29&event_date_to=2024-03-29")
    expect(admin.get_by_text("51 件").first).to_be_visible()
    take_picture(admin, "events")
    admin.goto("/admin/companies/listingevent/?type=market_changed")

    expect(admin.locator("#result_list tbody")).to_contain_text("TOKYO PRO MARKET")
    admin.get_by_role("link", name="5858").click()
    expect(admin.get_by_text("TOKYO PRO MARKET → グロース")).to_be_visible()
    take_picture(admin, "company")


def test_a_list_is_uploaded_looked_at_and_applied(admin: Page, product: Product, april_list: Path) -> None:
    admin.goto("/admin/syncjobs/listupload/add/")
    admin.locator("input[type=file]").set_input_files(april_list)
    admin.get_by_role("button", name="差分を確認する").click()

    expect(admin.get_by_role("heading", name="2024-04-30 の一覧（4,354 件）")).to_be_visible()
    expect(admin.get_by_role("row", name="極洋ホールディングス")).to_be_visible()
    assert product.get("/api/v1/companies/1301")["company_name"] == "極洋"
    take_picture(admin, "preview")
    admin.get_by_role("button", name="取り込む").click()

    expect(admin.get_by_text("2024-04-30 の一覧を取り込みました")).to_be_visible()
    assert product.get("/api/v1/companies/1301")["company_name"] == "極洋ホールディングス"


def test_a_picture_is_refused_with_the_reason(admin: Page, tmp_path: Path) -> None:
    picture = tmp_path / "data_j.xls"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    admin.goto("/admin/syncjobs/listupload/add/")
    admin.locator("input[type=file]").set_input_files(picture)
    admin.get_by_role("button", name="差分を確認する").click()

    expect(admin.get_by_role("alert")).to_contain_text("PNG 画像です")


def test_three_questions_are_answered_from_the_first_page(admin: Page) -> None:
    """How many on Prime, who was delisted in a quarter, when the last sync ran."""
    admin.goto("/admin/")
    prime = admin.get_by_role("region", name="市場区分").get_by_role("link", name="プライム")
    expect(prime).to_contain_text("1,653")
    expect(admin.get_by_role("region", name="同期", exact=True)).to_contain_text("前回")

    admin.get_by_role("link", name="上場廃止 2024-01 から 2024-03 17 件").click()
    expect(admin.locator("#result_list tbody tr")).to_have_count(17)
    take_picture(admin, "delisted-in-a-quarter")


def test_two_days_are_compared_and_the_list_saved(admin: Page) -> None:
    admin.goto("/admin/companies/company/?market=0113")
    with admin.expect_download() as download:
        admin.get_by_role("link", name="CSV", exact=True).click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    assert content.count("\n") == 577
    assert "グロース" in content

    admin.get_by_role("link", name="2 つの日を比べる").click()
    admin.get_by_label("比較元").fill("2024-02-29")
    admin.get_by_label("比較先").fill("2024-03-29")
    admin.get_by_role("button", name="比べる").click()
    admin.get_by_role("link", name="変更 6").click()
    expect(admin.get_by_role("region", name="違い").locator("tbody tr")).to_have_count(6)
    take_picture(admin, "comparison")


def test_a_month_leads_to_its_events(admin: Page) -> None:
    admin.goto("/admin/companies/listingevent/calendar/")
    take_picture(admin, "calendar")
    admin.get_by_role("link", name="2024年3月").click()

    admin.wait_for_url("**event_date_from=2024-03-01&event_date_to=2024-03-31")
    expect(admin.locator("#result_list tbody tr").first).to_contain_text("2024-03-29")


def test_suggestions_lead_to_a_company_by_keyboard(admin: Page) -> None:
    admin.goto("/admin/")
    field = admin.get_by_role("combobox", name="銘柄を検索")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("とよた", delay=30)
    suggested = admin.get_by_role("option", name="7203 トヨタ自動車")
    expect(suggested).to_be_visible()
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(suggested).to_have_attribute("aria-selected", "false")

    field.press("ArrowDown")
    expect(suggested).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == suggested.get_attribute("id")
    take_picture(admin, "suggestions")
    field.press("Enter")

    admin.wait_for_url("**/change/")
    expect(admin.get_by_role("link", name="Yahoo!ファイナンスの銘柄ページ")).to_be_visible()


def test_the_arrow_keys_go_round_the_suggestions_and_escape_closes_them(admin: Page) -> None:
    admin.goto("/admin/")
    field = admin.get_by_role("combobox", name="銘柄を検索")
    field.press_sequentially("とよた", delay=30)
    options = admin.get_by_role("option")
    expect(options.first).to_be_visible()

    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    expect(admin.locator("#suggestions [aria-selected=true]")).to_have_count(0)
    assert field.get_attribute("aria-activedescendant") is None
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value("とよた")

    field.press("Enter")
    admin.wait_for_url("**/company/?q=**")
    expect(admin.locator("#result_list")).to_contain_text("トヨタ自動車")


def test_a_suggestion_is_clicked(admin: Page) -> None:
    admin.goto("/admin/")
    admin.get_by_role("combobox", name="銘柄を検索").press_sequentially("キャノン", delay=30)
    admin.get_by_role("option", name="7751 キヤノン").click()

    admin.wait_for_url("**/change/")


def test_enter_on_a_code_opens_the_company(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.locator("#searchbar").fill("７２０３")
    admin.locator("#searchbar").press("Enter")

    admin.wait_for_url("**/change/")
    expect(admin.locator("body")).to_contain_text("トヨタ自動車")
    opened = urlsplit(admin.url).path
    # What the field sends, without the pages on the way.
    for typed in ("7203", "7203.T", "TYO:7203"):
        assert urlsplit(admin.request.get(f"{COMPANIES}open/", params={"q": typed}).url).path == opened, typed


def test_columns_are_chosen(admin: Page) -> None:
    admin.goto(COMPANIES)
    admin.get_by_text("表示する列").click()
    for column in ("信用区分", "商品区分", "初めて載った一覧"):
        admin.get_by_role("checkbox", name=column).uncheck()
    admin.get_by_role("button", name="この列を表示する").click()

    expect(admin.locator("#result_list thead")).not_to_contain_text("信用区分")
    expect(admin.locator("#result_list thead")).to_contain_text("最後に載った一覧")


def test_english_by_choice(admin: Page) -> None:
    admin.goto("/admin/")
    admin.locator("[x-data='{ openUserLinks: false }'] > div").click()
    admin.get_by_role("button", name="English").click()

    expect(admin.locator("#now")).to_have_text("Listed issues")
    expect(admin.locator("html")).to_have_attribute("lang", "en")
    take_picture(admin, "english")
    admin.goto(f"{COMPANIES}?market=0111")
    expect(admin.locator("#result_list tbody tr").first).to_contain_text("Prime")
