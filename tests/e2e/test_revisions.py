"""From what a revision changed to the companies as they were known then, and back."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import take_picture

pytestmark = pytest.mark.e2e


def test_a_revision_leads_to_the_list_as_it_was_known_and_back_to_now(admin: Page) -> None:
    admin.goto("/admin/")
    admin.get_by_role("link", name="改訂").click()
    admin.get_by_role("link", name="1", exact=True).click()

    expect(admin.get_by_text("4,343 銘柄（記録した版 4,343、取り下げた版 0）")).to_be_visible()
    take_picture(admin, "revision")
    admin.get_by_role("link", name="この時点の一覧を見る").click()

    expect(admin.get_by_role("status")).to_contain_text("に知られていた、2024-02-29 の一覧です。")
    expect(admin.get_by_text("4,343 件").first).to_be_visible()
    take_picture(admin, "known-companies")
    admin.get_by_role("link", name="いま知られている内容に戻る").click()

    expect(admin.get_by_role("status")).to_have_count(0)


def test_a_moment_is_typed_beside_the_day(admin: Page) -> None:
    admin.goto("/admin/companies/company/")
    admin.get_by_text("フィルタ").first.click()
    admin.get_by_label("知られていた日時").fill("2001-01-01 18:00")
    admin.get_by_role("button", name="絞り込む").click()

    expect(admin.get_by_role("alert")).to_contain_text("2001-01-01 18:00 には、まだどの一覧も知られていませんでした。")
