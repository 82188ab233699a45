"""The list of companies on a telephone: two lines a company, filters from below."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.looks import TELEPHONE, serious_findings

pytestmark = pytest.mark.e2e

COMPANIES = "/admin/companies/company/"
LINES = """(row) => {
  const tops = [...row.children].filter((cell) => cell.offsetParent).map((cell) => Math.round(cell.getBoundingClientRect().top));
  return new Set(tops).size;
}"""


@pytest.fixture
def phone(admin: Page) -> Page:
    admin.set_viewport_size(TELEPHONE)
    return admin


def test_fifty_companies_are_under_six_thousand_pixels_high(phone: Page) -> None:
    phone.goto(COMPANIES)
    take_picture(phone, "telephone-companies")

    expect(phone.locator("#result_list tbody tr")).to_have_count(50)
    assert phone.evaluate("document.documentElement.scrollHeight") < 6000
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_company_is_two_lines(phone: Page) -> None:
    phone.goto(f"{COMPANIES}?market=0111&sector33=3700&scale=TOPIX%20Core30")
    row = phone.locator("#result_list tbody tr", has_text="7203")

    assert row.inner_text().split() == ["7203", "トヨタ自動車", "プライム", "輸送用機器", "Core30"]
    assert row.evaluate(LINES) == 2
    separators = row.evaluate(
        "(row) => [...row.children].filter((c) => c.offsetParent).map((c) => getComputedStyle(c, '::before').content)"
    )
    assert separators == ["none", "none", "none", '"・"', '"・"']
    assert serious_findings(phone) == []


def test_what_is_not_told_is_left_out_and_who_has_gone_is_marked(phone: Page) -> None:
    phone.goto(f"{COMPANIES}?listed=no")
    expect(phone.locator("#result_list tbody tr").first).to_contain_text("廃止")

    phone.goto(f"{COMPANIES}?scale=-&market=0113")
    assert "なし" not in phone.locator("#result_list tbody tr").first.inner_text()


def test_columns_that_were_chosen_are_shown_with_their_names(phone: Page) -> None:
    phone.goto(f"{COMPANIES}?q=7203&columns=market_name-margin-first_day")
    row = phone.locator("#result_list tbody tr").first

    assert row.locator(".field-first_day").is_visible()
    assert (
        row.locator(".field-first_day").evaluate("(cell) => getComputedStyle(cell, '::before').content")
        == '"・初めて載った一覧 "'
    )
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_whole_row_opens_the_company(phone: Page) -> None:
    phone.goto(f"{COMPANIES}?q=7203")
    box = phone.locator("#result_list tbody tr").first.bounding_box()
    assert box is not None
    phone.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] - 8)

    phone.wait_for_url("**/change/**")


def test_filters_come_from_below_and_go_again(phone: Page) -> None:
    phone.emulate_media(reduced_motion="reduce")
    phone.goto(COMPANIES)
    phone.get_by_role("button", name="フィルタ").click()
    sheet = phone.locator("#filter-sheet")
    expect(sheet).to_be_visible()
    take_picture(phone, "telephone-filters")
    box = sheet.bounding_box()
    assert box is not None

    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    assert 844 * 0.1 < box["y"] < 844 * 0.6
    expect(phone.get_by_role("button", name="絞り込む")).to_be_in_viewport()
    assert serious_findings(phone) == []
    phone.mouse.click(195, 20)
    expect(sheet).to_be_hidden()

    phone.get_by_role("button", name="フィルタ").click()
    phone.get_by_label("時点").fill("2024-03-15")
    phone.get_by_role("button", name="絞り込む").click()
    expect(phone.locator(".chip")).to_have_text(["時点: 2024-03-15×"])


def test_the_palette_fits_a_telephone(phone: Page) -> None:
    phone.goto(COMPANIES)
    phone.get_by_role("button", name="メニューを開く").click()
    phone.get_by_role("button", name="銘柄・ページを探す").click()
    phone.keyboard.type("とよた", delay=20)
    expect(phone.get_by_role("option", name="7203 トヨタ自動車")).to_be_visible()
    take_picture(phone, "telephone-palette")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    phone.get_by_role("option", name="7203 トヨタ自動車").click()
    phone.wait_for_url("**/change/")
