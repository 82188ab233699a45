"""Following companies and keeping views, as an analyst does."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture

pytestmark = pytest.mark.e2e

_THIRTY = [
    "1301", "1332", "1605", "1721", "1801", "1925", "2002", "2282", "2502", "2802", "2914", "3382", "3402", "4063", "4452", "4502",
    "4568", "4661", "4901", "5108", "5401", "6301", "6501", "6758", "6861", "6981", "7203", "7267", "8035", "9984",
]  # fmt: skip


def test_thirty_codes_are_watched_in_three_clicks_and_a_paste(admin: Page) -> None:
    admin.goto("/admin/")
    admin.get_by_role("link", name="ウォッチリスト").first.click()
    admin.get_by_role("link", name="追加").first.click()
    admin.get_by_label("名前").fill("コア 30")
    admin.get_by_role("textbox", name="銘柄", exact=True).fill("\n".join(_THIRTY))
    admin.get_by_role("button", name="保存", exact=True).click()

    expect(admin.get_by_role("row", name="コア 30")).to_contain_text("30")
    admin.goto("/admin/")
    expect(admin.get_by_role("heading", name="コア 30の変化")).to_be_visible()
    expect(admin.get_by_text("から変化はありません。")).to_be_visible()
    take_picture(admin, "following")


def test_a_company_is_watched_with_one_click_on_its_page(admin: Page) -> None:
    admin.goto("/admin/companies/company/open/?q=7201")
    admin.get_by_role("button", name="ウォッチする").click()

    expect(admin.get_by_text("に追加しました。")).to_be_visible()
    admin.get_by_role("button", name="ウォッチ中（外す）").click()
    expect(admin.get_by_role("button", name="ウォッチする")).to_be_visible()


def test_a_filtered_list_is_kept_under_a_name_and_opened_from_the_first_page(admin: Page) -> None:
    admin.goto("/admin/companies/company/?market=0111&sector33=3700")
    admin.get_by_text("保存した表示").last.click()
    admin.get_by_label("今の条件と並び順に名前を付けて保存").fill("プライムの輸送用機器")
    admin.get_by_label("ホームに置く").check()
    admin.get_by_role("button", name="保存", exact=True).click()
    expect(admin.get_by_text("この表示を「プライムの輸送用機器」として保存しました。")).to_be_visible()

    admin.goto("/admin/")
    admin.get_by_role("link", name="プライムの輸送用機器").click()
    # With the columns that it had.
    expect(admin).to_have_url(re.compile(r"/admin/companies/company/\?market=0111&sector33=3700&columns=market_name-"))
    expect(admin.locator("#result_list")).to_contain_text("トヨタ自動車")


def test_a_developer_has_a_sample_with_the_own_key_in_two_clicks(admin: Page) -> None:
    admin.goto("/admin/")
    admin.get_by_role("link", name="API を使う").first.click()
    admin.get_by_label("手元のキー").fill("mgr_own")
    take_picture(admin, "developers")
    admin.get_by_role("button", name="Python の例をコピー").click()

    expect(admin.get_by_text("コピーしました。")).to_be_visible()
    expect(admin.get_by_label("Python", exact=True)).to_have_value(re.compile('"X-API-Key": "mgr_own"'))
    expect(admin.get_by_label("R", exact=True)).to_have_value(re.compile('"X-API-Key" = "mgr_own"'))


def test_who_is_cut_off_is_told_so_until_the_network_is_back(admin: Page) -> None:
    admin.goto("/admin/companies/company/")
    told = admin.get_by_text("ネットワークにつながっていません。")
    expect(told).to_be_hidden()
    admin.context.set_offline(True)
    expect(told).to_be_visible()
    admin.context.set_offline(False)
    expect(told).to_be_hidden()


def test_words_are_explained_in_one_key(admin: Page) -> None:
    admin.goto("/admin/companies/company/")
    admin.keyboard.press("?")

    expect(admin.get_by_text("上場した日や廃止された日ではありません。", exact=False)).to_be_visible()
