"""The tasks of an operator, each with what it costs in clicks and keys: first steps, a schedule, a new colleague, a key."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from companies.listed_issue import ListedIssue
from tests.e2e.conftest import APRIL, MAY, sign_in, take_picture, watched_page
from tests.e2e.operator_hand import Hand
from tests.e2e.products import Product, new_product
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.e2e

PASSWORD = "reader-of-lists-2026"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One that nobody has set up."""
    with new_product(tmp_path_factory.mktemp("unset")) as started:
        yield started


@pytest.fixture(scope="module")
def fake(issues: list[ListedIssue]) -> Iterator[FakeJquants]:
    """Slow enough that a person sees the progress."""
    with FakeJquants(page_rows=1000, delay_seconds=0.3) as started:
        started.publish(APRIL, issues)
        started.publish(MAY, issues[:-3])
        yield started


@pytest.fixture
def admin(admin: Page) -> Page:
    """On the first page."""
    admin.goto("/admin/")
    return admin


def in_menu(page: Page, path: str) -> Locator:
    """An entry of the menu at the left; its name begins with that of an icon."""
    return page.locator(f"a[href='/admin/{path}/']").first


def test_from_nothing_to_a_first_list_and_a_schedule(admin: Page, fake: FakeJquants) -> None:
    hand = Hand(admin)
    steps = admin.get_by_role("region", name="はじめの設定")
    expect(steps.get_by_role("listitem").first).to_contain_text("次にすること")
    take_picture(admin, "first-steps")
    hand.click(steps.get_by_role("link", name="J-Quants を登録する"))
    expect(admin.get_by_text("J-Quants Pro の契約が必要です")).to_be_visible()
    hand.paste(admin.get_by_label("ベース URL"), fake.url())
    hand.choose(admin.get_by_label("契約プラン"), "unlimited")
    hand.paste(admin.get_by_label("API キー（V2）"), "wrong-key-wrong-key")
    hand.click(admin.get_by_role("button", name="保存せずに接続を試す"))
    expect(admin.get_by_text("API キーが正しいか確認してください")).to_be_visible()
    hand.paste(admin.get_by_label("API キー（V2）"), API_KEY)
    hand.click(admin.get_by_role("button", name="保存せずに接続を試す"))
    expect(admin.get_by_text("次は「保存」です。")).to_be_visible()
    take_picture(admin, "first-steps-tried")
    hand.click(admin.get_by_role("button", name="保存", exact=True))
    hand.click(admin.get_by_role("button", name="今すぐ同期"))
    expect(admin.get_by_role("progressbar")).to_be_visible()
    take_picture(admin, "first-steps-running")
    expect(admin.get_by_text("完了", exact=True)).to_be_visible(timeout=30_000)
    expect(admin.get_by_text("最初の一覧を取り込みました。")).to_be_visible()
    take_picture(admin, "first-steps-first-list")
    hand.click(admin.get_by_role("link", name="曜日と時刻を決める"))
    hand.write(admin.get_by_label("時刻"), "19:30")
    hand.click(admin.get_by_role("button", name="保存", exact=True))
    expect(admin.get_by_text("月〜金曜日 19:30")).to_be_visible()
    take_picture(admin, "first-steps-schedules")
    admin.goto("/admin/")

    expect(admin.get_by_role("region", name="はじめの設定")).to_have_count(0)
    # Which of the day's three is next is a matter of the hour.
    expect(admin.get_by_role("region", name="同期", exact=True)).to_contain_text(re.compile("08:15|17:45|19:30"))
    # One try with a wrong key, and its correction, are among them.
    assert (hand.clicks, hand.keys) == (8, 8)


def test_a_schedule_is_made_by_ticks(admin: Page) -> None:
    hand = Hand(admin)
    hand.click(in_menu(admin, "django_celery_beat/periodictask"))
    hand.click(admin.get_by_role("link", name="EDINET コード一覧の取得"))
    hand.tick(admin.get_by_label("日", exact=True))
    hand.tick(admin.get_by_label("土", exact=True))
    hand.write(admin.get_by_label("時刻"), "7:15")
    take_picture(admin, "schedule-ticks")
    hand.click(admin.get_by_role("button", name="保存", exact=True))

    row = admin.locator("#result_list tbody tr", has_text="EDINET コード一覧の取得")
    expect(row).to_contain_text("月〜金曜日 07:15")
    assert (hand.clicks, hand.keys) == (5, 4)


def test_by_keyboard_alone_a_schedule_gets_another_time(admin: Page) -> None:
    hand = Hand(admin)
    admin.goto("/admin/django_celery_beat/periodictask/")
    admin.get_by_role("link", name="EDINET コード一覧の取得").focus()
    hand.press("Enter")
    admin.wait_for_url("**/change/")
    admin.get_by_label("時刻").focus()
    hand.press("Control+A")
    admin.keyboard.type("8:45")
    hand.keys += 4
    hand.press("Enter")

    expect(admin.locator("#result_list tbody tr", has_text="EDINET コード一覧の取得")).to_contain_text("08:45")
    assert hand.keys == 7


def test_a_new_colleague_can_sign_in(admin: Page, browser: Browser, product: Product) -> None:
    hand = Hand(admin)
    hand.click(in_menu(admin, "auth/user"))
    hand.click(admin.locator("a[href='/admin/auth/user/add/']").first)
    expect(admin.get_by_text("銘柄・イベント・履歴を見て、ファイルに保存します。")).to_be_visible()
    take_picture(admin, "user-add")
    hand.write(admin.locator("[name=username]"), "reader")
    hand.paste(admin.locator("[name=password1]"), PASSWORD)
    hand.paste(admin.locator("[name=password2]"), PASSWORD)
    hand.tick(admin.get_by_label("閲覧者（analyst）"))
    hand.click(admin.get_by_role("button", name="保存", exact=True))
    expect(admin.get_by_text("reader さんは、いまからログインできます。")).to_be_visible()
    take_picture(admin, "users")

    with watched_page(browser, product) as page:
        sign_in(page, "reader", PASSWORD)
        expect(page.get_by_role("region", name="上場銘柄")).to_be_visible()
    assert (hand.clicks, hand.keys) == (4, 8)


def test_an_analyst_makes_a_key_uses_it_and_revokes_it(browser: Browser, product: Product) -> None:
    with watched_page(browser, product) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        sign_in(page, "reader", PASSWORD)
        hand = Hand(page)
        hand.click(in_menu(page, "api/apikey"))
        hand.click(page.locator("a[href='/admin/api/apikey/add/']").first)
        hand.write(page.get_by_label("名前"), "Excel")
        hand.click(page.get_by_role("button", name="保存", exact=True))
        hand.click(page.get_by_role("button", name="コピー"))
        expect(page.get_by_text("コピーしました。")).to_be_visible()
        take_picture(page, "key-made")
        plain = page.evaluate("navigator.clipboard.readText()")
        own = Product(product.base_url, "", "", plain)
        assert own.get("/api/v1/companies/1301")["code"] == "1301"
        hand.click(page.get_by_role("link", name="控えました"))
        take_picture(page, "key")
        hand.click(page.get_by_role("link", name="失効させる…"))
        take_picture(page, "key-revoke")
        hand.click(page.get_by_role("button", name="失効させる"))
        expect(page.get_by_text("1 件のキーを失効させました。")).to_be_visible()

        assert page.request.get("/api/v1/companies/1301", headers={"X-API-Key": plain}).status == 401
        assert (hand.clicks, hand.keys) == (7, 5)


def test_who_changed_what_is_found_again(admin: Page) -> None:
    hand = Hand(admin)
    hand.click(in_menu(admin, "sign_in/recordedchange"))
    expect(admin.locator("#result_list")).to_contain_text("30 19 * * 1-5")
    take_picture(admin, "changes")
    hand.write(admin.locator("#searchbar"), "reader")
    hand.press("Enter")

    expect(admin.locator("#result_list tbody tr")).to_have_count(3)
    assert (hand.clicks, hand.keys) == (1, 7)


def test_the_state_of_all_parts_is_one_click_away(admin: Page) -> None:
    hand = Hand(admin)
    hand.click(in_menu(admin, "operations"))
    expect(admin.get_by_role("row", name="ワーカー 正常")).to_be_visible(timeout=15_000)
    expect(admin.get_by_role("link", name="Flower")).to_be_visible()
    take_picture(admin, "operations")

    assert hand.clicks == 1
