"""What two lists tell of when a change came about, and which events a period cuts through."""

from datetime import date

import pytest

from companies.events.business_days import is_business_day, next_business_day
from companies.events.intervals import describe_when, first_possible_day
from companies.events.periods import PeriodEdges, find_edges


@pytest.mark.parametrize(
    ("observed_after", "day", "told"),
    [
        (date(2019, 9, 30), date(2021, 12, 30), "2019-09-30 〜 2021-12-30 の間"),
        (date(2024, 1, 15), date(2024, 1, 16), "2024-01-16"),  # Monday and Tuesday
        (date(2024, 1, 12), date(2024, 1, 15), "2024-01-15"),  # over a weekend
        (date(2024, 5, 2), date(2024, 5, 7), "2024-05-07"),  # over Golden Week
        (date(2024, 12, 30), date(2025, 1, 6), "2025-01-06"),  # over the turn of the year
        (date(2024, 1, 15), date(2024, 1, 17), "2024-01-15 〜 2024-01-17 の間"),  # Tuesday's list is not there
        (date(2024, 1, 12), date(2024, 1, 13), "2024-01-13"),  # a list of a Saturday
        (None, date(2024, 1, 15), "2024-01-15"),
    ],
)
def test_where_only_one_day_is_possible_it_is_told_and_else_both_lists(
    observed_after: date | None, day: date, told: str
) -> None:
    assert describe_when(observed_after, day) == told


def test_a_change_is_possible_from_the_business_day_after_the_list_without_it() -> None:
    assert first_possible_day(date(2024, 1, 12), date(2024, 1, 31)) == date(2024, 1, 15)
    assert first_possible_day(None, date(2024, 1, 31)) == date(2024, 1, 31)


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2024, 1, 3), False), (date(2024, 1, 4), True), (date(2024, 12, 30), True), (date(2024, 12, 31), False),
        (date(2009, 9, 22), False),  # between two holidays
        (date(2019, 5, 1), False),  # the enthronement, that year only
        (date(2024, 2, 12), False),  # instead of a holiday on Sunday
        (date(2024, 1, 13), False),
    ],
)  # fmt: skip
def test_the_exchange_is_closed_on_weekends_holidays_and_at_the_turn_of_the_year(day: date, is_open: bool) -> None:
    assert is_business_day(day) is is_open


def test_the_next_business_day_is_never_the_day_itself() -> None:
    assert next_business_day(date(2024, 1, 15)) == date(2024, 1, 16)
    assert next_business_day(date(2024, 12, 30)) == date(2025, 1, 6)


# A Friday and a Monday, then nothing until the end of March.
DAYS = [date(2024, 1, 12), date(2024, 1, 15), date(2024, 3, 29)]


@pytest.mark.parametrize(
    ("first_day", "last_day", "opening", "closing"),
    [
        (None, None, None, None),
        (date(2024, 1, 15), None, None, None),  # since the Friday's list nothing can have happened before the Monday
        (date(2024, 1, 16), None, None, None),  # the day after the Monday's list is the first possible one
        (date(2024, 1, 17), None, date(2024, 3, 29), None),
        (date(2024, 3, 29), None, date(2024, 3, 29), None),
        (date(2024, 3, 30), None, None, None),  # after the newest list
        (date(2023, 1, 1), None, None, None),  # before the first list nothing is an event
        (None, date(2024, 1, 12), None, None),
        (None, date(2024, 1, 14), None, None),  # a Sunday
        (None, date(2024, 1, 16), None, date(2024, 3, 29)),
        (None, date(2024, 3, 28), None, date(2024, 3, 29)),
        (None, date(2024, 3, 29), None, None),
        (None, date(2023, 12, 31), None, None),
        (date(2024, 2, 1), date(2024, 2, 29), None, date(2024, 3, 29)),  # no list in it at all
        (date(2024, 2, 3), date(2024, 2, 4), None, None),  # a weekend
        (date(2024, 1, 15), date(2024, 1, 15), None, None),  # a day with a list: what the next one shows came after it
        (date(2024, 2, 1), date(2024, 3, 31), date(2024, 3, 29), None),
        (date.min, date.max, None, None),
        (date.min, date(2024, 3, 1), None, date(2024, 3, 29)),
    ],
)
def test_events_of_a_list_are_uncertain_where_they_are_possible_on_both_sides_of_an_edge(
    first_day: date | None, last_day: date | None, opening: date | None, closing: date | None
) -> None:
    assert find_edges(DAYS, first_day, last_day) == PeriodEdges(opening, closing)


def test_without_lists_nothing_is_uncertain() -> None:
    assert find_edges([], date(2024, 1, 1), date(2024, 2, 1)) == PeriodEdges(None, None)
