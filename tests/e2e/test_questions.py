"""Questions that an analyst asks of the events, of two days and of files, each with the number of clicks that the answer takes from the first page."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.e2e.conftest import take_picture
from tests.e2e.lists import newest_sample
from tests.e2e.looks import TELEPHONE, serious_findings
from tests.e2e.products import Product, pages_of, run_to_its_end, services_in
from tests.local.prepared import copy_prepared, shared_by_processes

pytestmark = pytest.mark.e2e

_OLD_LABELS = {
    "プライム（内国株式）": "市場第一部（内国株）", "プライム（外国株式）": "市場第一部（外国株）", "スタンダード（内国株式）": "市場第二部（内国株）",
    "スタンダード（外国株式）": "市場第二部（外国株）", "グロース（内国株式）": "マザーズ（内国株）", "グロース（外国株式）": "マザーズ（外国株）",
}  # fmt: skip
#: Those that are taken from the first section to Standard, and those of the last lists that go.
_TO_STANDARD, _GONE_IN_2025, _GONE_OVER_NEW_YEAR = ("1301", "1332", "2001"), ("1333", "1375"), ("1376",)
_NEW_IN_2024, _NEW_OVER_NEW_YEAR = ("311A", "312A"), ("313A",)
_REASONS = "コード,上場廃止日,上場廃止理由\n1333,2025-06-02,完全子会社化\n1375,2025-09-01,株式等売渡請求による取得\n"


def _sample() -> list[list[str]]:
    return list(csv.reader(io.StringIO(newest_sample().decode())))


def _write(directory: Path, day: str, rows: list[list[str]]) -> str:
    """The list of a day with these rows under the heading."""
    file = directory / f"data_j_{day}.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        csv.writer(opened).writerows([_sample()[0], *([day, *row[1:]] for row in rows)])
    return str(file)


def _new(code: str) -> list[str]:
    return [
        "",
        code,
        f"新会社{code}",
        "グロース（内国株式）",
        "5250",
        "情報・通信業",
        "10",
        "情報通信・サービスその他",
        "-",
        "-",
    ]


def _lists(directory: Path) -> list[str]:
    """Around April 2022, in 2024 and around the next two new years, made of the newest sample."""
    newest = _sample()[1:]
    old = [
        [*row[:3], "市場第一部（内国株）" if row[1] in _TO_STANDARD else _OLD_LABELS.get(row[3], row[3]), *row[4:]]
        for row in newest
    ]
    april = [[*row[:3], "スタンダード（内国株式）" if row[1] in _TO_STANDARD else row[3], *row[4:]] for row in newest]
    autumn = [*newest, *map(_new, _NEW_IN_2024)]
    winter = [*autumn, *map(_new, _NEW_OVER_NEW_YEAR)]
    renamed = [[*row[:2], "極洋ネクスト" if row[1] == "1301" else row[2], *row[3:]] for row in winter]
    year_end = [row for row in renamed if row[1] not in _GONE_IN_2025]
    last = [row for row in year_end if row[1] not in _GONE_OVER_NEW_YEAR]
    return [
        _write(directory, day, rows)
        for day, rows in (
            ("20220331", old), ("20220428", april), ("20241031", autumn), ("20250131", winter), ("20251128", year_end), ("20260130", last),
        )
    ]  # fmt: skip


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    """A product with lists from March 2022 to January 2026, and the reasons of two delistings."""
    directory = tmp_path_factory.mktemp("past")
    copy_prepared(directory, shared_by_processes(directory))
    reasons = directory / "reasons.csv"
    reasons.write_text(_REASONS, encoding="utf-8")
    with services_in(directory) as environment:
        run_to_its_end(environment, "manage.py", "import_listing", *_lists(directory), "--force")
        run_to_its_end(environment, "manage.py", "import_official_dates", str(reasons))
        with pages_of(directory, environment) as started:
            yield started


class Clicks:
    """A visitor who counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.count = 0

    def __call__(self, place: Locator) -> None:
        self.count += 1
        place.click()

    def link(self, name: str, *, exact: bool = False) -> None:
        """By what it says."""
        self(self.page.get_by_role("link", name=name, exact=exact).first)

    def events(self) -> None:
        """Of the sidebar."""
        self(self.page.locator("a[href='/admin/companies/listingevent/']").first)

    def save(self, place: Locator) -> Download:
        """What comes as a file."""
        with self.page.expect_download() as download:
            self(place)
        return download.value


@pytest.fixture
def analyst(admin: Page) -> Clicks:
    """On the first page."""
    admin.context.grant_permissions(["clipboard-read", "clipboard-write"])
    admin.goto("/admin/")
    return Clicks(admin)


def test_the_moves_of_april_2022_by_sector_take_two_clicks_and_their_file_one_more(analyst: Clicks) -> None:
    analyst.events()
    analyst.link("2022年4月の市場再編（業種別）")
    table = analyst.page.get_by_role("region", name="市場区分変更").get_by_role("table")
    expect(table.get_by_role("columnheader", name="東証一部 → スタンダード")).to_be_visible()
    expect(table.get_by_role("row", name="水産・農林業").get_by_role("link", name="2", exact=True)).to_be_visible()
    assert analyst.count == 2
    take_picture(analyst.page, "moves-of-april-2022")
    assert serious_findings(analyst.page) == []

    saved = analyst.save(analyst.page.get_by_role("link", name="Excel"))
    assert analyst.count == 3
    assert saved.suggested_filename == "events_summary_2026-01-30.xlsx"
    book = openpyxl.load_workbook(io.BytesIO(saved.path().read_bytes()))
    moved = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[1:3] == ("東証一部", "スタンダード")]
    assert sorted((row[4], row[5]) for row in moved) == [("水産・農林業", 2), ("食料品", 1)]
    assert [row[1].value for row in book["条件"].iter_rows() if row[0].value == "日付"] == ["2022-04-01 〜 2022-04-30"]

    analyst(table.get_by_role("row", name="水産・農林業").get_by_role("link", name="2", exact=True).first)
    expect(analyst.page.locator("#result_list tbody tr")).to_have_count(2)
    expect(analyst.page.locator("#result_list")).to_contain_text("ニッスイ")


def test_listed_in_growth_in_2024_certainly_takes_three_clicks_and_perhaps_one_more(analyst: Clicks) -> None:
    analyst.events()
    analyst.link("年別・市場別の上場と廃止")
    listed = analyst.page.get_by_role("region", name="新規上場")
    headings = listed.get_by_role("columnheader").all_inner_texts()
    cell = listed.get_by_role("row", name="2024").get_by_role("cell").nth(headings.index("グロース") - 1)
    take_picture(analyst.page, "listed-by-year")
    assert serious_findings(analyst.page) == []
    analyst(cell.get_by_role("link").first)
    rows = analyst.page.locator("#result_list tbody tr")
    expect(rows.first).to_contain_text("グロース")
    certain = rows.count()
    # Of the sample lists, and the two that came by October.
    assert certain >= 2
    expect(analyst.page.locator("#result_list")).to_contain_text("新会社311A")
    expect(analyst.page.locator("#result_list")).not_to_contain_text("新会社313A")
    expect(analyst.page.get_by_text("このほかに")).to_be_visible()
    assert analyst.count == 3

    analyst.link("期間中に起きたかもしれないものも")
    expect(analyst.page.locator("#result_list tbody tr", has_text="新会社313A")).to_contain_text("期間外かもしれない")
    assert analyst.count == 4


def test_delisted_in_2025_with_reasons_takes_two_clicks(analyst: Clicks) -> None:
    analyst.events()
    analyst.link("2025年の上場廃止")
    table = analyst.page.locator("#result_list")
    expect(table.locator("tbody tr")).to_have_count(3)
    expect(table.locator("tbody tr", has_text="1333")).to_contain_text("2025-06-02")
    expect(table.locator("tbody tr", has_text="1333")).to_contain_text("理由: 完全子会社化")
    expect(table.locator("tbody tr", has_text="1376")).to_contain_text("期間外かもしれない")
    assert analyst.count == 2
    take_picture(analyst.page, "delisted-in-2025")


def test_renamed_takes_two_clicks(analyst: Clicks) -> None:
    analyst.events()
    analyst.link("最近 1 年の銘柄名変更")
    expect(analyst.page.locator("#result_list tbody tr")).to_have_count(1)
    expect(analyst.page.locator("#result_list")).to_contain_text("極洋ネクスト")
    assert analyst.count == 2


def test_two_days_are_compared_in_two_clicks_and_saved_in_three(analyst: Clicks) -> None:
    analyst.link("2 つの日を比べる")
    analyst.link("2022-04-04 の市場再編の前後")
    totals = analyst.page.get_by_role("region", name="市場区分")
    expect(totals.get_by_role("row", name="東証一部")).to_contain_text("1,653")
    expect(analyst.page.get_by_text("2022-03-31 の一覧と 2022-04-28 の一覧")).to_be_visible()
    assert analyst.count == 2
    take_picture(analyst.page, "comparison-of-2022")
    assert serious_findings(analyst.page) == []

    saved = analyst.save(analyst.page.get_by_role("link", name="Excel"))
    assert (analyst.count, saved.suggested_filename) == (3, "comparison_2022-03-31_2022-04-28.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(saved.path().read_bytes())).sheetnames == [
        "2 つの日の比較",
        "集計",
        "条件",
    ]


def test_a_table_is_copied_as_it_is_seen(analyst: Clicks) -> None:
    analyst.events()
    analyst.link("2025年の上場廃止")
    analyst(analyst.page.get_by_role("button", name="表をコピー"))
    expect(analyst.page.get_by_text("3 行をコピーしました。")).to_be_visible()
    copied = str(analyst.page.evaluate("navigator.clipboard.readText()")).splitlines()

    assert copied[0].split("\t") == [
        "時期", "公式の日", "コード", "当時の銘柄名", "種別", "変更前", "変更後", "当時の市場区分", "当時の33業種",
    ]  # fmt: skip
    assert [line.split("\t")[2] for line in copied[1:]] == ["1376", "1333", "1375"]
    assert copied[2].split("\t")[6] == "理由: 完全子会社化"


def test_the_curve_tells_its_values_and_is_saved_as_a_picture(analyst: Clicks) -> None:
    analyst.link("大きく表示・保存")
    page = analyst.page
    page.get_by_role("link", name="2022-03-31").hover()
    expect(page.locator("[data-curve-value]")).to_contain_text("2022-03-31 4,354 銘柄")
    take_picture(page, "curve")
    assert serious_findings(page) == []
    drawing = analyst.save(page.get_by_role("link", name="SVG", exact=True))
    picture = analyst.save(page.get_by_role("button", name="PNG", exact=True))
    table = analyst.save(page.get_by_role("link", name="CSV"))

    assert [one.suggested_filename for one in (drawing, picture, table)] == [
        f"listed_companies_2022-03-31_2026-01-30.{ending}" for ending in ("svg", "png", "csv")
    ]
    png = picture.path().read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert (int.from_bytes(png[16:20]), int.from_bytes(png[20:24])) == (2400, 1120)
    assert analyst.count == 4


@pytest.mark.parametrize(
    "path",
    [
        "/admin/companies/listingevent/summary/?type=market_changed&event_date_from=2022-04-01&event_date_to=2022-04-30",
        "/admin/companies/listingevent/years/", "/admin/companies/listingsnapshot/curve/", "/admin/companies/company/compare/",
        "/admin/companies/listingevent/?type=delisted&event_date_from=2025-01-01&event_date_to=2025-12-31&certainty=possible",
    ],
)  # fmt: skip
def test_the_pages_fit_a_telephone_by_night_and_are_light(admin: Page, path: str) -> None:
    admin.set_viewport_size(TELEPHONE)
    admin.emulate_media(color_scheme="dark")
    opened = admin.goto(path)
    take_picture(admin, f"phone-questions-{path.partition('?')[0].strip('/').rpartition('/')[2]}")

    assert admin.evaluate("document.documentElement.scrollWidth") <= 390
    assert opened is not None
    assert int(opened.headers["content-length"]) < 60_000
    assert serious_findings(admin) == []
