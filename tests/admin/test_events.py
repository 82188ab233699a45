"""The feed of events: its period, the months, the file."""

import csv
import io
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.event_calendar import count_by_month, lay_out_years
from companies.snapshots import apply_snapshot
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
            "日付": "2024-03-29", "コード": "7203", "当時の銘柄名": "トヨタ自動車", "種別": "市場区分変更",
            "変更前": "プライム", "変更後": "スタンダード", "当時の市場区分": "スタンダード",
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


def test_years_go_back_to_the_first_events_and_not_beyond_the_newest_list(two_lists: None) -> None:
    counts = {date(2023, 11, 1): 2, date(2024, 2, 1): 9}

    years = lay_out_years(counts, newest=date(2024, 3, 29))

    assert [year for year, _ in years] == [2024, 2023]
    assert [month and month.count for month in years[0][1]] == [0, 9, 0] + [None] * 9
    assert years[0][1][1] is not None
    assert years[0][1][1].shade > years[1][1][10].shade > 0  # type: ignore[union-attr]
    assert years[0][1][1].last_day == date(2024, 2, 29)
    assert lay_out_years({}, newest=date(2024, 3, 29)) == []
    assert count_by_month() == {date(2024, 3, 1): 4}
