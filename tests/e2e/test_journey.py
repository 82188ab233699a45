"""The whole way of a team that begins: from the first sign-in to a colleague who may only read."""

import re
import time
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Browser, Page, expect

from companies.listed_issue import ListedIssue
from tests.e2e.conftest import APRIL, MAY, sign_in, take_picture, watched_page
from tests.e2e.products import Product, new_product
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.e2e

PASSWORD = "reader-of-lists-2026"


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """One that nobody has used yet."""
    with new_product(tmp_path_factory.mktemp("new")) as started:
        yield started


@pytest.fixture(scope="module")
def fake(issues: list[ListedIssue]) -> Iterator[FakeJquants]:
    """Slow enough that a person sees the progress."""
    with FakeJquants(page_rows=1000, delay_seconds=0.3) as started:
        started.publish(APRIL, issues)
        started.publish(MAY, issues[:-3])
        yield started


def test_from_the_first_sign_in_to_a_colleague_who_reads(browser: Browser, product: Product, fake: FakeJquants) -> None:
    with watched_page(browser, product) as page:
        sign_in(page, product.admin_user, product.admin_password)
        expect(page.get_by_role("link", name="4,354", exact=True)).to_be_visible()
        enter_and_test_the_key(page, fake)
        synchronise_watching_the_first_page(page)
        find_what_left(page)
        compare_and_save(page)
        change_the_schedule(page)
        add_a_reader(page)
    with watched_page(browser, product) as page:
        sign_in(page, "reader", PASSWORD)
        refuse_what_a_reader_may_not(page)
        key = switch_on_the_second_factor(page)
    with watched_page(browser, product) as page:
        sign_in(page, "reader", PASSWORD, lands_on="**/admin/second-factor/code/**")
        take_picture(page, "second-factor-code")
        page.get_by_label("コード").fill(code_of(key, steps_ahead=1))
        page.get_by_role("button", name="続ける").click()
        expect(page.get_by_role("region", name="上場銘柄")).to_be_visible()


def enter_and_test_the_key(page: Page, fake: FakeJquants) -> None:
    page.get_by_role("region", name="同期", exact=True).get_by_role("link", name="登録する").click()
    page.get_by_label("名称").fill("J-Quants")
    page.get_by_label("ベース URL").fill(fake.url())
    page.get_by_label("契約プラン").select_option("unlimited")
    page.get_by_label("API キー（V2）").fill(API_KEY)
    page.get_by_role("button", name="保存して編集を続ける").click()
    page.get_by_role("button", name="接続テスト").click()
    expect(page.get_by_text("接続できました。認証情報は有効です。").first).to_be_visible()


def synchronise_watching_the_first_page(page: Page) -> None:
    page.get_by_role("button", name="今すぐ同期").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.goto("/admin/")
    expect(page.get_by_role("region", name="同期", exact=True).get_by_role("progressbar")).to_be_visible()
    take_picture(page, "start-running")
    # The page follows by itself, and shows the new number of companies when the run has ended.
    expect(page.get_by_role("link", name="4,351", exact=True)).to_be_visible(timeout=30_000)
    expect(page.get_by_role("region", name="同期", exact=True)).to_contain_text("完了")


def find_what_left(page: Page) -> None:
    page.get_by_role("link", name="上場廃止 2024-04 から 2024-06 3 件").click()
    expect(page.locator("#result_list tbody tr")).to_have_count(3)
    page.goto("/admin/companies/company/")
    page.get_by_text("フィルタ").first.click()
    expect(page.locator("select[name=market] option[value='0111']")).to_have_text(re.compile(r"プライム \(1,65\d\)"))
    page.locator("select[name=market]").select_option("0111", force=True)
    page.get_by_role("button", name="絞り込む").click()
    page.locator("#searchbar").fill("極洋")
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name="極洋ネクスト").click()
    expect(page.get_by_role("listitem").filter(has_text="銘柄名変更")).to_contain_text("極洋 → 極洋ネクスト")
    expect(page.locator("mark")).to_have_text("極洋ネクスト")
    take_picture(page, "timeline")


def compare_and_save(page: Page) -> None:
    page.goto("/admin/companies/company/compare/?first=2024-03-29&second=2024-05-31")
    expect(page.get_by_role("link", name="廃止 3")).to_be_visible()
    page.goto("/admin/companies/company/?market=0113")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel", exact=True).click()
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    assert download.value.suggested_filename.endswith(".xlsx")


def change_the_schedule(page: Page) -> None:
    page.goto("/admin/django_celery_beat/periodictask/")
    page.get_by_role("link", name="上場銘柄一覧の同期").click()
    page.get_by_label("時刻").fill("25:00")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("「25:00」は時刻として読めません。")).to_be_visible()
    page.get_by_label("時刻").fill("19:00")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("月〜金曜日 19:00")).to_be_visible()
    page.goto("/admin/django_celery_beat/periodictask/")
    page.get_by_role("link", name="翌営業日の一覧の取得").click()
    page.get_by_label("時刻").fill("17:50")
    page.get_by_role("button", name="保存", exact=True).click()
    page.goto("/admin/")
    # Which of the two is next is a matter of the hour.
    expect(page.get_by_role("region", name="同期", exact=True)).to_contain_text(re.compile(r"17:50|08:15"))


def add_a_reader(page: Page) -> None:
    page.goto("/admin/auth/user/add/")
    page.locator("[name=username]").fill("reader")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.get_by_label("閲覧者（analyst）").check()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#result_list")).to_contain_text("reader")


def refuse_what_a_reader_may_not(page: Page) -> None:
    expect(page.get_by_role("link", name="銘柄一覧")).to_be_visible()
    expect(page.get_by_role("link", name="データソース")).to_have_count(0)
    for path in (
        "datasources/datasource/",
        "syncjobs/syncrun/add/",
        "auth/user/",
        "sign_in/recordedchange/",
        "operations/",
    ):
        answer = page.goto(f"/admin/{path}")
        assert answer is not None
        assert answer.status == 403, path
    take_picture(page, "refused")
    page.goto("/admin/companies/company/?market=0113")
    with page.expect_download():
        page.get_by_role("link", name="CSV", exact=True).click()


def switch_on_the_second_factor(page: Page) -> bytes:
    page.goto("/admin/second-factor/")
    expect(page.get_by_role("img", name="認証アプリ用の QR コード")).to_be_visible()
    take_picture(page, "second-factor")
    letters = page.locator("code").inner_text().replace(" ", "")
    key = b32decode(letters + "=" * (-len(letters) % 8))
    page.get_by_label("コード", exact=True).fill(code_of(key))
    page.get_by_role("button", name="有効にする").click()
    expect(page.get_by_text("この画面を閉じると二度と表示できません")).to_be_visible()
    take_picture(page, "second-factor-paper")
    page.get_by_role("link", name="控えました").click()
    return key


def code_of(key: bytes, *, steps_ahead: int = 0) -> str:
    """What an authenticator app shows, now or later: no code is taken twice."""
    totp = TOTP(key)
    totp.time = time.time() + steps_ahead * 30
    return f"{totp.token():06}"
