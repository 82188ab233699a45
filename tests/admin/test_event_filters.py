"""Events narrowed by what became of what, by what the company was then, and by how certain it is that they are of a period."""

import io
import re
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client

from companies.events.sectors import SECTOR33, find_sectors33, with_sector33
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingEvent
from tests.factories import make_issue
from tests.kept_rows import put_or_make

LIST = "/admin/companies/listingevent/"
MARCH, APRIL, NOVEMBER = date(2022, 3, 31), date(2022, 4, 28), date(2022, 11, 30)


@pytest.fixture
def restructured(db: None) -> None:
    """What `restructure` makes."""
    put_or_make(restructure)


def restructure() -> None:
    """In April 2022 four moved to the new segments and one left; by November another left, one came, and one changed its sector."""
    old, new = {"market_code": "0101"}, {"scale_category": "-"}
    apply_snapshot(
        MARCH,
        [
            make_issue("1301", sector33_code="0050", sector17_code="1", **old), make_issue("7203", **old), make_issue("7201", **old),
            make_issue("4751", market_code="0104", sector33_code="9050", sector17_code="10"), make_issue("9984", sector33_code="5250", sector17_code="10", **old),
        ],
        "jpx",
    )  # fmt: skip
    april = [
        make_issue("1301", sector33_code="0050", sector17_code="1", market_code="0112"), make_issue("7203"),
        make_issue("7201", market_code="0112"), make_issue("4751", market_code="0113", sector33_code="9050", sector17_code="10", **new),
    ]  # fmt: skip
    apply_snapshot(APRIL, april, "jpx", force=True)
    moved = make_issue("4751", market_code="0113", sector33_code="5250", sector17_code="10", **new)
    apply_snapshot(NOVEMBER, [*april[1:3], moved, make_issue("130A", market_code="0113")], "jpx", force=True)


def codes(client: Client, query: str) -> set[str]:
    page: Any = client.get(f"{LIST}?{query}")
    assert page.context["cl"].problems == []
    return {event.code for event in page.context["cl"].result_list}


@pytest.mark.usefixtures("restructured")
def test_events_are_narrowed_by_before_and_after(admin_client: Client) -> None:
    for query, found in [
        ("market_from=0101", {"1301", "7203", "7201"}),
        ("market_to=0112", {"1301", "7201"}),
        ("market_from=0101&market_to=0112", {"1301", "7201"}),
        ("market_from=0101&market_from=0104&market_to=0111&market_to=0113", {"7203", "4751"}),
        ("market_from=0101&market_to=0112&sector33=3700", {"7201"}),
        ("market_from=0112", set()),
        ("sector33_from=9050&sector33_to=5250", {"4751"}),
        ("scale_from=TOPIX+Core30&scale_to=-", {"4751"}),
        ("scale_from=-", set()),
    ]:
        assert codes(admin_client, f"{query}&event_date_from=2022-03-01") == found, (query, found)


@pytest.mark.usefixtures("restructured")
def test_the_sector_is_that_of_then(admin_client: Client) -> None:
    for query, found in [
        # After the change; of who went, what it was; not what the company is now.
        ("sector33=5250&type=market_changed", set()),
        ("sector33=9050&type=market_changed", {"4751"}),
        ("sector33=5250&type=delisted", {"9984"}),
        ("sector33=0050&type=delisted", {"1301"}),
        ("sector33=5250", {"9984", "4751"}),
        ("sector33=-", set()),
        ("market=-", set()),
        ("sector33=3700&sector33=-&type=listed", {"130A"}),
    ]:
        assert codes(admin_client, f"{query}&event_date_from=2022-03-01") == found, (query, found)


@pytest.mark.usefixtures("restructured")
def test_what_had_no_sector_and_no_market_can_be_asked_for(admin_client: Client) -> None:
    fund = make_issue("1306", market_code=None, sector33_code=None, sector17_code=None)
    apply_snapshot(date(2022, 12, 30), [make_issue("7203"), fund], "jpx", force=True)

    assert codes(admin_client, "sector33=-&event_date_from=2022-03-01") == {"1306"}
    assert codes(admin_client, "market=-&event_date_from=2022-03-01") == {"1306"}


@pytest.mark.usefixtures("restructured")
def test_one_event_is_no_change_of_two_fields(admin_client: Client) -> None:
    page: Any = admin_client.get(f"{LIST}?market_from=0101&scale_to=-")

    assert page.context["cl"].problems == [
        "「規模区分」と「市場区分」は同時には変わりません。変更前・変更後は 1 つの区分で指定してください。"
    ]
    assert list(page.context["cl"].result_list) == []


@pytest.mark.usefixtures("restructured")
def test_a_page_finds_the_sectors_that_a_file_finds() -> None:
    events = list(with_sector33(ListingEvent.objects.all()))

    assert len(events) == 9
    assert find_sectors33(events) == {event.id: getattr(event, SECTOR33) for event in events}


@pytest.fixture
def told_days(db: None) -> None:
    """What `restructure_and_tell` makes."""
    put_or_make(restructure_and_tell)


def restructure_and_tell() -> None:
    """Of the three of November, one came in July and one went in May; nothing is told of the third, nor of who went in April."""
    restructure()
    import_official_dates(
        [OfficialDay("130A", "listed", date(2022, 7, 1)), OfficialDay("1301", "delisted", date(2022, 5, 10), reason="完全子会社化")],
        origin="csv",
    )  # fmt: skip


@pytest.mark.usefixtures("told_days")
def test_events_of_a_period_are_certain_or_possible(admin_client: Client) -> None:
    for period, certainty, found in [
        # The list of November may show what was in May; where the exchange told the day, that decides.
        (("2022-05-01", "2022-06-30"), "", set()),
        (("2022-05-01", "2022-06-30"), "certain", {"1301"}),
        (("2022-05-01", "2022-06-30"), "possible", {"1301", "4751"}),
        (("2022-05-01", "2022-06-30"), "uncertain", {"4751"}),
        (("2022-07-01", "2022-07-31"), "certain", {"130A"}),
        (("2022-07-02", "2022-12-31"), "certain", set()),
        (("2022-07-02", "2022-12-31"), "possible", {"4751"}),
        (("2022-07-02", "2022-12-31"), "", {"1301", "130A", "4751"}),
        (("2022-04-29", "2022-11-30"), "certain", {"1301", "130A", "4751"}),
        (("2022-04-29", "2022-11-30"), "uncertain", set()),
        # The list before that of April is of the last day of March: all of it is of April.
        (("2022-04-01", "2022-04-28"), "certain", {"1301", "7203", "7201", "4751", "9984"}),
        (("2022-04-04", "2022-04-28"), "certain", set()),
        (("2022-04-04", "2022-04-28"), "uncertain", {"1301", "7203", "7201", "4751", "9984"}),
        (("", "2022-04-15"), "certain", set()),
        (("", "2022-04-15"), "possible", {"1301", "7203", "7201", "4751", "9984"}),
        (("2022-07-01", ""), "certain", {"130A"}),
    ]:
        assert (
            codes(admin_client, f"event_date_from={period[0]}&event_date_to={period[1]}&certainty={certainty}") == found
        ), (period, certainty, found)


@pytest.mark.usefixtures("told_days")
def test_the_page_says_what_is_left_out_and_what_is_doubtful(admin_client: Client) -> None:
    def page(certainty: str) -> str:
        period = "event_date_from=2022-05-01&event_date_to=2022-06-30"
        return admin_client.get(f"{LIST}?{period}&certainty={certainty}").content.decode()

    certain, possible = page("certain"), page("possible")
    assert "このほかに 1 件が、期間中に起きたかもしれません。" in certain
    assert "期間外かもしれない" not in certain
    assert "理由: 完全子会社化" in certain
    assert "このうち 1 件は、期間中に起きたかどうか分かりません。" in possible
    assert possible.count("期間外かもしれない") == 1
    assert "?certainty=possible&amp;event_date_from=2022-05-01&amp;event_date_to=2022-06-30" in certain
    by_list = admin_client.get(f"{LIST}?event_date_from=2022-07-02&event_date_to=2022-12-31").content.decode()
    assert len(re.findall(r"期間外\s*<", by_list)) == 2


@pytest.mark.usefixtures("restructured")
def test_certainty_needs_a_period(admin_client: Client) -> None:
    page: Any = admin_client.get(f"{LIST}?certainty=certain")
    unknown: Any = admin_client.get(f"{LIST}?certainty=perhaps&event_date_from=2022-05-01")

    assert page.context["cl"].problems == ["確かさで絞り込むには、期間の始まりか終わりも指定してください。"]
    assert unknown.context["cl"].problems == ["条件「期間との関係: certainty」に「perhaps」という値はありません。"]


@pytest.mark.usefixtures("told_days")
def test_the_workbook_of_events_has_days_reasons_and_its_conditions(admin_client: Client) -> None:
    query = "type=delisted&sector33=0050&event_date_from=2022-05-01&event_date_to=2022-06-30&certainty=possible"
    answer: Any = admin_client.get(f"{LIST}export/?format=xlsx&{query}")
    book = openpyxl.load_workbook(io.BytesIO(answer.getvalue()))
    sheet = book.worksheets[0]
    told = {row[0].value: row[1].value for row in book["条件"].iter_rows(min_row=2)}

    assert answer.headers["Content-Disposition"] == 'attachment; filename="events_2022-11-30.xlsx"'
    assert book.sheetnames == ["上場イベント", "条件"]
    assert [sheet[place].value.date() for place in ("A2", "B2", "D2")] == [NOVEMBER, APRIL, date(2022, 5, 10)]
    assert [cell.value for cell in (sheet[2][2], *sheet[2][4:])] == [
        "2022-04-28 〜 2022-11-30 の間", "1301", "会社1301", "上場廃止",
        "会社1301", "", "スタンダード", "水産・農林業", "完全子会社化", "", "",
    ]  # fmt: skip
    assert (sheet.auto_filter.ref, sheet["D2"].number_format) == ("A1:N2", "yyyy-mm-dd")
    assert told["種別"] == "上場廃止"
    assert told["当時の33業種"] == "水産・農林業"
    assert told["期間との関係"] == "期間中に起きたかもしれないものも"
    assert (told["件数"], told["最新の一覧"].split()[0]) == (1, "2022-11-30")


@pytest.mark.usefixtures("restructured")
def test_what_official_days_tell_is_not_called_uncertain_above_the_list(admin_client: Client) -> None:
    def told(first: str, last: str) -> str:
        page: Any = admin_client.get(f"{LIST}?event_date_from={first}&event_date_to={last}")
        return str(page.context["cl"].uncertain)

    # The list of November shows that 1301 left, 130A came and 4751 changed its sector since April.
    assert "このうち 3 件は、期間より前に起きたかもしれません。" in told("2022-07-01", "2022-12-31")
    assert "ほかに 3 件が、期間の後の一覧で分かり、期間中に起きたかもしれません。" in told("2022-04-29", "2022-06-30")
    import_official_dates([OfficialDay("130A", "listed", date(2022, 7, 1))], origin="CSV")

    assert "このうち 2 件は、期間より前に起きたかもしれません。" in told("2022-07-01", "2022-12-31")
    assert "ほかに 2 件が、期間の後の一覧で分かり、期間中に起きたかもしれません。" in told("2022-04-29", "2022-06-30")
