"""Every page of the admin in a window and on a telephone: nothing sticks out, stands on end, or is called what it is not."""

import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from companies.listed_issue import ListedIssue
from tests.e2e.conftest import WINDOW, enter, let_in, take_picture, watched_page
from tests.e2e.looks import ON_END, TELEPHONE, fits, serious_findings
from tests.e2e.products import Product
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.e2e

# Days that no other test brings in.
JULY, AUGUST = date(2024, 7, 31), date(2024, 8, 30)
SOURCE = "J-Quants（経営企画部・上場銘柄マスター用の共同アカウント）"
LISTS = {
    "companies": "/admin/companies/company/", "past-companies": "/admin/companies/company/?as_of=2024-02-29&listed=all",
    "events": "/admin/companies/listingevent/?event_date_from=2024-03-01", "snapshots": "/admin/companies/listingsnapshot/", "business-days": "/admin/syncjobs/calendarday/",
    "known-companies": "/admin/companies/company/?known_at=1", "revisions": "/admin/companies/ledgerrevision/",
    "runs": "/admin/syncjobs/syncrun/", "uploads": "/admin/syncjobs/listupload/",
    "schedules": "/admin/django_celery_beat/periodictask/", "sources": "/admin/datasources/datasource/",
    "markets": "/admin/masters/market/", "sectors33": "/admin/masters/sector33/", "sectors17": "/admin/masters/sector17/",
    "keys": "/admin/api/apikey/", "users": "/admin/auth/user/", "groups": "/admin/auth/group/",
    "changes": "/admin/sign_in/recordedchange/",
}  # fmt: skip
PAGES = {
    "start": "/admin/", "comparison": "/admin/companies/company/compare/", "calendar": "/admin/companies/listingevent/calendar/",
    "start-sync": "/admin/syncjobs/syncrun/add/", "upload": "/admin/syncjobs/listupload/add/",
    "source-add": "/admin/datasources/datasource/add/", "key-add": "/admin/api/apikey/add/", "user-add": "/admin/auth/user/add/",
    "group-add": "/admin/auth/group/add/", "operations": "/admin/operations/", "developers": "/api/", "watch-list": "/admin/subscriptions/watchlist/add/", "password": "/admin/password_change/", "second-factor": "/admin/second-factor/",
    "first-revision": "/admin/companies/ledgerrevision/1/change/", "revision": "/admin/companies/ledgerrevision/2/change/",
    "destinations": "/admin/subscriptions/destination/", "destination-add": "/admin/subscriptions/destination/add/",
    "webhook-add": "/admin/subscriptions/destination/add/?channel=webhook", "subscriptions": "/admin/subscriptions/subscription/",
    "deliveries": "/admin/subscriptions/delivery/",
    "unreadable": "/admin/companies/listingevent/?event_date_from=2025/13/1&nonsense=1",
    "company": "/admin/companies/company/?q=7203", "summary": "/admin/companies/listingevent/summary/?event_date_from=2024-03-01",
    "years": "/admin/companies/listingevent/years/", "curve": "/admin/companies/listingsnapshot/curve/",
    "schedule": "/admin/django_celery_beat/periodictask/1/change/", "views": "/admin/subscriptions/savedview/",
}  # fmt: skip
# Lists whose rows lead nowhere, or where others of these lead as well.
WITHOUT_PAGES = ("uploads", "past-companies", "business-days")
# One of each kind is looked at by the rules of axe-core, which take as long as all else together.
BY_AXE = frozenset([
    "start", "companies", "company", "comparison", "summary", "years", "curve", "events", "snapshots", "business-days", "revisions", "revision",
    "known-companies", "runs", "start-sync", "upload", "schedules", "schedule", "source-add", "keys", "key-add", "users", "user-add", "changes",
    "operations", "developers", "watch-list", "views", "destinations", "destination-add", "subscriptions", "markets",
])  # fmt: skip
WIDE_LISTS = """() => [...document.querySelectorAll(".simplebar-content-wrapper")].filter(
  (element) => element.scrollWidth > element.clientWidth + 1).map((element) => element.scrollWidth)"""
LABELS = (
    "() => [...document.querySelectorAll('#result_list td:not(.action-checkbox)')].map((cell) => cell.dataset.label)"
)


@pytest.fixture(scope="module", autouse=True)
def doubtful_run(browser: Browser, product: Product, issues: list[ListedIssue]) -> Iterator[str]:
    """The page of a run that waits for a decision; beside it a back-fill, both of a source with a long name."""
    with FakeJquants() as fake, watched_page(browser, product) as page:
        fake.publish(JULY, issues)
        fake.publish(AUGUST, issues[:2000])
        enter(page, product)
        page.goto("/admin/datasources/datasource/add/")
        page.get_by_label("名称").fill(SOURCE)
        page.get_by_label("ベース URL").fill(fake.url())
        page.get_by_label("契約プラン").select_option("unlimited")
        page.get_by_label("API キー（V2）").fill(API_KEY)
        page.get_by_role("button", name="保存して編集を続ける").click()
        page.goto("/admin/syncjobs/syncrun/add/")
        page.locator("#id_backfill-source").select_option(label=SOURCE)
        page.locator("#id_backfill-first").fill("2024年7月1日")
        page.locator("#id_backfill-last").fill("令和6年8月31日")
        page.get_by_role("button", name="一括取得を開始").click()
        page.get_by_role("link", name="2024-08-30").click(timeout=60_000)
        expect(page.get_by_role("heading", name="取り込むかどうかの判断")).to_be_visible()
        yield urlsplit(page.url).path
        page.goto("/admin/")


def what_is_wrong(page: Page, name: str) -> None:
    """In the window that it was loaded in, and in one as narrow as a telephone."""
    fits(page, 1440)
    assert page.evaluate(WIDE_LISTS) == []
    if name in BY_AXE:
        assert serious_findings(page) == []
    if name in LISTS:
        words_are_copied_without_the_names_of_icons(page)
    page.set_viewport_size(TELEPHONE)
    fits(page, 390)
    assert "行を選ぶ" not in page.evaluate(LABELS)


def words_are_copied_without_the_names_of_icons(page: Page) -> None:
    copied = page.evaluate(
        "() => { getSelection().selectAllChildren(document.body); return getSelection().toString() }"
    )
    icons = page.evaluate(
        "() => [...document.querySelectorAll('.material-symbols-outlined')].map((i) => i.textContent.trim())"
    )

    assert icons != []
    assert [icon for icon in icons if "_" in icon and icon in copied] == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_or_stands_on_end(admin: Page, name: str) -> None:
    admin.goto(PAGES[name])

    what_is_wrong(admin, name)


@pytest.mark.parametrize("name", LISTS)
def test_nor_on_a_list_and_the_page_of_a_row(admin: Page, name: str) -> None:
    admin.goto(LISTS[name])
    what_is_wrong(admin, name)
    if name in WITHOUT_PAGES:
        return

    admin.set_viewport_size(WINDOW)
    admin.locator("#result_list tbody a").first.click()
    admin.wait_for_load_state()
    fits(admin, 1440)
    take_picture(admin, f"row-{name}")
    admin.set_viewport_size(TELEPHONE)
    fits(admin, 390)


def test_a_doubtful_list_is_rejected_by_default_and_not_approved_by_a_wrong_number(
    admin: Page, doubtful_run: str
) -> None:
    for scheme, width in (("dark", 1440), ("light", 390)):
        admin.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
        admin.set_viewport_size({"width": width, "height": 900})
        admin.goto(doubtful_run)
        take_picture(admin, f"doubtful-{scheme}-{width}")
        fits(admin, width)
        assert serious_findings(admin) == []
        admin.wait_for_function("document.activeElement.innerText === '却下する'")

    with admin.expect_download() as download:
        admin.get_by_role("link", name="CSV", exact=True).click()
    content = download.value.path().read_text(encoding="utf-8-sig")
    shown = admin.get_by_text("取り込んだ場合の変化").inner_text()
    number = re.search("上場廃止 ([0-9,]+) 件", shown)
    assert number is not None
    assert content.count("上場廃止") == int(number.group(1).replace(",", ""))

    admin.get_by_label("上場廃止の件数").fill("1")
    admin.get_by_label("取り込む理由").fill("取引所に確認済み")
    admin.get_by_role("button", name="承認して取り込む").click()
    expect(admin.get_by_text("件数が違います")).to_be_visible()
    expect(admin.get_by_label("取り込む理由")).to_have_value("取引所に確認済み")
    admin.goto(doubtful_run)
    expect(admin.get_by_text("要確認")).to_be_visible()


def test_a_day_is_typed_pasted_or_taken_from_a_calendar_that_knows_years(admin: Page) -> None:
    admin.goto("/admin/companies/listingevent/")
    admin.get_by_text("フィルタ").first.click()
    admin.get_by_label("期間の始まり").fill("２０２４年３月１日")
    # What the browser's own calendar does when a day was chosen in it.
    calendar = admin.locator("[data-day-calendar]").nth(1)
    admin.get_by_role("button", name="カレンダーから選ぶ").nth(1).click()
    calendar.evaluate("(one) => { one.value = '2024-03-31'; one.dispatchEvent(new Event('change', {bubbles: true})) }")
    expect(admin.get_by_label("期間の終わり")).to_have_value("2024-03-31")
    take_picture(admin, "period")
    admin.keyboard.press("Escape")
    admin.get_by_role("button", name="絞り込む").click()

    expect(admin.locator("#result_list tbody tr").first).to_contain_text("2024-03-29")
    expect(admin.get_by_role("alert")).to_have_count(0)


def test_the_menu_of_the_account_can_be_read(admin: Page) -> None:
    admin.goto("/admin/")
    admin.locator("[x-data='{ openUserLinks: false }'] > div").click()
    expect(admin.get_by_text("ライト")).to_be_visible()
    take_picture(admin, "account-menu")

    assert admin.evaluate(ON_END) == []


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_pages_of_the_api_ask_for_nothing_that_is_kept_out(page: Page, product: Product, path: str) -> None:
    """The page fixture fails on what a policy blocks, and on any address of the internet."""
    let_in(page, product)
    page.add_init_script(
        "document.addEventListener('securitypolicyviolation', (e) => console.error(e.violatedDirective, e.blockedURI))"
    )
    page.goto(path)
    page.wait_for_load_state("networkidle")

    expect(page.locator("h1, h2").filter(has_text="Meigara").first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    ("path", "lands_on"),
    [
        ("/admin/login/", "/admin/"), ("/admin/login/?next=/admin/login/", "/admin/"), ("/admin", "/admin/"),
        ("/admin/companies/company", "/admin/companies/company/"),
    ],
)  # fmt: skip
def test_addresses_that_people_keep_lead_on(admin: Page, product: Product, path: str, lands_on: str) -> None:
    admin.context.clear_cookies()
    admin.goto(path)
    admin.get_by_label("ユーザー名").fill(product.admin_user)
    admin.get_by_label("パスワード").first.fill(product.admin_password)
    admin.locator("[type=submit]").click()
    admin.wait_for_url(f"**{lands_on}")

    assert urlsplit(admin.request.get(path).url).path == lands_on
