"""Two of an analyst's questions, answered on the page of a company, with the clicks and keys that they take."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.conftest import enter, let_in, take_picture, watched_page
from tests.e2e.looks import TELEPHONE, fits, serious_findings
from tests.e2e.products import Product, pages_of, run_to_its_end, services_in

pytestmark = pytest.mark.e2e

_HEADER = "日付,コード,銘柄名,市場・商品区分,33業種コード,33業種区分,17業種コード,17業種区分,規模コード,規模区分"
_BANK = "プライム（内国株式）,7050,銀行業,15,銀行,4,TOPIX Mid400"
_FISH = "プライム（内国株式）,50,水産・農林業,1,食品,7,TOPIX Small 2"
_OTHERS = [f"{8400 + number},第{number}地方銀行,{_BANK}" for number in range(40)]
_LISTS = {
    "20230831": [f"1301,極洋,{_FISH}", f"8369,京都銀行,{_BANK}"],
    "20231031": [f"1301,極洋,{_FISH}", f"5844,京都フィナンシャルグループ,{_BANK}"],
    "20240229": [
        "1301,極洋ホールディングス,スタンダード（内国株式）,50,水産・農林業,1,食品,7,TOPIX Small 2",
        f"5844,京都フィナンシャルグループ,{_BANK}",
    ],
}
_OFFICIAL = "コード,上場廃止日,上場廃止理由\n8369,2023-09-28,株式移転による完全子会社化\n"


class Hands:
    """What a person does, counted."""

    def __init__(self, page: Page) -> None:
        self._page, self.clicks, self.keys = page, 0, 0

    def click(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def type(self, text: str) -> None:
        self._page.keyboard.type(text, delay=30)
        self.keys += len(text)

    def press(self, *keys: str) -> None:
        for key in keys:
            self._page.keyboard.press(key)
            self.keys += 1

    def find(self, text: str, suggested: str) -> None:
        """By the field of the first page, which suggests."""
        self.click(self._page.get_by_role("combobox", name="銘柄を検索"))
        self.type(text)
        expect(self._page.get_by_role("option", name=suggested)).to_be_visible()
        self.press("ArrowDown", "Enter")
        self._page.wait_for_url("**/change/")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product with three small lists and an official day, in which a bank went into a holding company."""
    directory, files = tmp_path_factory.mktemp("kyoto"), []
    for day, rows in _LISTS.items():
        files.append(directory / f"{day}.csv")
        files[-1].write_text("\n".join([_HEADER, *(f"{day},{row}" for row in [*rows, *_OTHERS])]), encoding="utf-8")
    official = directory / "official.csv"
    official.write_text(_OFFICIAL, encoding="utf-8")
    with services_in(directory) as environment:
        run_to_its_end(environment, "manage.py", "migrate", "--verbosity", "0")
        run_to_its_end(environment, "manage.py", "import_listing", "--force", *map(str, files))
        run_to_its_end(environment, "manage.py", "import_official_dates", str(official))
        with pages_of(directory, environment) as started:
            yield started


@pytest.fixture(scope="module")
def confirmed(browser: Browser, product: Product) -> None:
    """The succession, by an operator."""
    with watched_page(browser, product) as page:
        enter(page, product)
        page.goto("/admin/companies/succession/")
        page.get_by_role("link", name="8369 → 5844").click()
        take_picture(page, "succession")
        page.get_by_role("button", name="確認する").click()
        expect(page.get_by_text("8369 → 5844 を「確認済み」にしました。").first).to_be_visible()


@pytest.fixture
def analyst(admin: Page, confirmed: None) -> Page:
    return admin


def test_a_history_is_found_and_read_with_one_click_and_four_keys(analyst: Page) -> None:
    analyst.goto("/admin/")
    hands = Hands(analyst)
    hands.find("極洋", "1301 極洋ホールディングス")

    events = analyst.get_by_role("region", name="経緯")
    expect(analyst.get_by_role("heading", name="1301 極洋ホールディングス", exact=True).last).to_be_in_viewport()
    expect(events.get_by_text("2023-10-31 〜 2024-02-29 の間")).to_be_in_viewport()
    expect(events.get_by_text("極洋 → 極洋ホールディングス")).to_be_in_viewport()
    expect(events.get_by_text("プライム → スタンダード")).to_be_in_viewport()
    take_picture(analyst, "company-history")
    assert (hands.clicks, hands.keys) == (1, 4)


def test_the_successor_of_a_bank_is_found_and_opened_with_two_clicks_and_six_keys(analyst: Page) -> None:
    analyst.goto("/admin/")
    hands = Hands(analyst)
    hands.find("京都銀行", "8369 京都銀行")

    banner = analyst.get_by_role("status")
    expect(banner).to_contain_text("2023-09-28 に上場廃止（公式の日）。")
    expect(banner).to_contain_text("理由: 株式移転による完全子会社化")
    take_picture(analyst, "company-gone")
    hands.click(banner.get_by_role("link", name="5844 京都フィナンシャルグループ"))

    expect(analyst.get_by_role("region", name="前身と後継")).to_contain_text("8369 京都銀行")
    expect(analyst.get_by_role("region", name="経緯")).to_contain_text("前身: 8369 京都銀行")
    take_picture(analyst, "company-successor")
    assert (hands.clicks, hands.keys) == (2, 6)


def test_by_its_code_alone_the_page_is_there_after_signing_in(browser: Browser, product: Product) -> None:
    with watched_page(browser, product) as page:
        page.goto("/1301")
        page.get_by_label("ユーザー名").fill(product.admin_user)
        page.get_by_label("パスワード").first.fill(product.admin_password)
        page.keyboard.press("Enter")

        expect(page.get_by_role("region", name="経緯")).to_be_visible()
        page.goto("/company/8369/")
        expect(page.get_by_role("status")).to_contain_text("上場廃止")


def test_by_keyboard_alone_a_part_of_the_page_is_reached_and_the_market_opens_its_list(analyst: Page) -> None:
    analyst.goto("/company/1301")
    reached: list[str] = []
    while "内容の履歴" not in reached:
        analyst.keyboard.press("Tab")
        reached.append(analyst.evaluate("document.activeElement.innerText.trim()"))
        assert len(reached) < 120
    analyst.keyboard.press("Enter")
    expect(analyst.get_by_role("heading", name="内容の履歴")).to_be_in_viewport()

    assert reached.index("スタンダード") < reached.index("経緯") < reached.index("内容の履歴")
    analyst.get_by_role("link", name="スタンダード").first.focus()
    analyst.keyboard.press("Enter")
    analyst.wait_for_url("**/company/?market=0112")
    expect(analyst.locator("#result_list tbody tr")).to_have_count(1)


@pytest.mark.parametrize("code", ["1301", "8369", "5844"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 390)])
def test_it_can_be_read_in_a_window_by_day_and_on_a_telephone_by_night(
    analyst: Page, code: str, scheme: str, width: int
) -> None:
    analyst.emulate_media(color_scheme=scheme)  # type: ignore[arg-type] # one of its words
    analyst.set_viewport_size({"width": width, "height": 900})
    analyst.goto(f"/company/{code}")
    take_picture(analyst, f"company-{code}-{scheme}-{width}")
    fits(analyst, width)
    assert serious_findings(analyst) == []


def test_a_code_that_there_is_not_can_be_read_too(browser: Browser, product: Product) -> None:
    context = browser.new_context(base_url=product.base_url, viewport=TELEPHONE)
    page = context.new_page()
    let_in(page, product)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        answer = page.goto("/8370")

        assert answer is not None
        assert (answer.status, urlsplit(page.url).path) == (404, "/admin/companies/company/code/8370/")
        take_picture(page, f"company-unknown-{scheme}")
        fits(page, 390)
        assert serious_findings(page) == []
    page.get_by_role("link", name="8369 京都銀行").click()
    expect(page.get_by_role("status")).to_contain_text("上場廃止")
    context.close()
