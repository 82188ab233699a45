"""The feed of events: its period, the months, the file."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.events.calendar import count_by_month, lay_out_years
from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue

pytestmark = pytest.mark.usefixtures("two_lists")

LIST = "/admin/companies/listingevent/"


def apply_december() -> None:
    apply_snapshot(date(2024, 12, 30), [make_issue("7203", company_name="トヨタ")], "jpx", force=True)


def test_without_a_period_the_newest_months_are_shown_and_said(admin_client: Client) -> None:
    apply_december()
    page = admin_client.get(LIST)

    assert {event.event_date for event in page.context["cl"].result_list} == {date(2024, 12, 30)}
    assert "2024-11-29 以降のイベントです。" in page.content.decode()


@pytest.mark.parametrize("query", ["?event_date_from=2024-03-01", "?q=9984", "?event_date_to=2024-03-31"])
def test_with_a_period_or_a_search_all_of_it_is_shown(admin_client: Client, query: str) -> None:
    apply_december()
    page = admin_client.get(LIST + query)

    assert date(2024, 3, 29) in {event.event_date for event in page.context["cl"].result_list}
    assert "以降のイベントです。" not in page.content.decode()


def test_events_are_narrowed_by_the_sector_of_their_company(admin_client: Client) -> None:
    page = admin_client.get(f"{LIST}?sector33=5250")

    assert {event.code for event in page.context["cl"].result_list} == {"9984"}


def test_the_file_has_exactly_the_events_of_the_list_in_words(admin_client: Client) -> None:
    content = admin_client.get(f"{LIST}export/?format=csv&type=market_changed").getvalue().decode("utf-8-sig")

    assert list(csv.DictReader(io.StringIO(content))) == [
        {
            "日付": "2024-03-29", "変化前の最後の一覧": "2024-02-29", "時期": "2024-02-29 〜 2024-03-29 の間", "公式の日": "", "コード": "7203", "当時の銘柄名": "トヨタ自動車", "種別": "市場区分変更",
            "変更前": "プライム", "変更後": "スタンダード", "当時の市場区分": "スタンダード", "当時の33業種": "輸送用機器", "理由": "", "前身": "", "後継": "",
        }
    ]  # fmt: skip


def test_months_lead_to_their_events_and_are_counted_once(
    admin_client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    apply_december()
    first = admin_client.get(f"{LIST}calendar/").content.decode()
    with django_assert_max_num_queries(5):  # session, user, newest list, generation
        second = admin_client.get(f"{LIST}calendar/").content.decode()

    assert "?event_date_from=2024-03-01&amp;event_date_to=2024-03-31" in first
    assert 'aria-label="2024年3月 4 件"' in first
    assert 'aria-label="2024年12月 5 件"' in second


def test_years_go_back_to_the_first_list_and_not_beyond_the_newest_one(two_lists: None) -> None:
    days = [date(2023, 10, 31), date(2023, 11, 15), date(2023, 11, 30), date(2024, 2, 29), date(2024, 3, 29)]
    counts = {date(2023, 11, 1): 2, date(2024, 2, 1): 9}

    (_, this_year), (_, last_year) = years = lay_out_years(counts, days)

    assert [year for year, _ in years] == [2024, 2023]
    assert [month and month.count for month in this_year] == [0, 9, 0] + [None] * 9
    assert [month and month.count for month in last_year] == [None] * 9 + [0, 2, 0]
    january, february, november = this_year[0], this_year[1], last_year[10]
    assert february is not None and november is not None and january is not None  # noqa: PT018
    assert february.shade > november.shade > 0
    assert february.last_day == date(2024, 2, 29)
    # Of January nothing is known; what the list of February shows may be of January.
    assert [month and month.has_list for month in (*last_year[9:], *this_year[:3])] == [
        True,
        True,
        False,
        False,
        True,
        True,
    ]
    assert (february.reaches_back, november.reaches_back) == (True, False)
    assert lay_out_years({}, days) == []
    assert count_by_month() == {date(2024, 3, 1): 4}


def test_a_month_without_a_list_says_so_and_counts_nothing(admin_client: Client) -> None:
    apply_december()

    page = admin_client.get(f"{LIST}calendar/").content.decode()

    assert 'aria-label="2024年4月 一覧なし"' in page
    assert 'aria-label="2024年4月 0 件"' not in page
    assert ">*5</a>" in page
    assert ">4</a>" in page


def test_events_say_between_which_lists_they_came_about(admin_client: Client) -> None:
    assert "2024-02-29 〜 2024-03-29 の間" in admin_client.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("event_date_from=2024-03-15", "このうち 4 件は、期間より前に起きたかもしれません。"),
        ("event_date_from=2024-03-15&type=delisted", "このうち 1 件は、期間より前に起きたかもしれません。"),
        ("event_date_to=2024-03-15", "ほかに 4 件が、期間の後の一覧で分かり、期間中に起きたかもしれません。"),
        ("event_date_from=2024-03-01&event_date_to=2024-03-31", ""),
    ],
)
def test_a_period_says_what_it_cuts_through(admin_client: Client, query: str, told: str) -> None:
    page = admin_client.get(f"{LIST}?{query}").content.decode()

    assert told in page
    assert ("起きたかもしれません。" in page) is bool(told)


def test_a_change_of_the_kind_of_product_is_told_in_names(admin_client: Client) -> None:
    for day, kind in ((date(2024, 4, 30), "011"), (date(2024, 5, 31), "014")):
        apply_snapshot(
            day, [make_issue("7203", company_name="トヨタ自動車", product_category=kind)], "jquants", force=True
        )

    page = admin_client.get(f"{LIST}?type=product_changed&event_date_from=2024-05-01").content.decode()

    table = page.partition('id="result_list"')[2].partition("</table>")[0]
    for told in ("商品区分変更", "内国株券", "ETF", "2024-04-30 〜 2024-05-31 の間"):
        assert told in table
