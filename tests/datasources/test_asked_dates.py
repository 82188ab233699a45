"""Which day a list may be of that was asked for."""

from datetime import date

import pytest

from datasources.choices import Plan
from datasources.errors import SourceError
from datasources.jquants.asked_dates import FIRST_DAY, expected_days, refuse_other_days

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("asked", "plan", "first", "last"),
    [
        # A day with or without trading: its list, or that of the next business day.
        (date(2026, 11, 20), "standard", date(2026, 11, 20), date(2026, 12, 4)),
        (date(2019, 4, 27), "premium", date(2019, 4, 27), date(2019, 5, 11)),
        # One to come: the next business day's.
        (date(2030, 1, 1), "light", TODAY, date(2026, 12, 9)),
        (date(2000, 1, 4), "premium", FIRST_DAY, FIRST_DAY),
        (None, "standard", date(2026, 11, 11), date(2026, 12, 9)),
        # Twelve weeks late, unless the plan was changed and the setting was not.
        (None, "free", date(2026, 8, 19), date(2026, 12, 9)),
        # A gateway of one's own.
        (date(2026, 11, 1), "unlimited", date(2026, 11, 1), date(2026, 12, 2)),
    ],
)
def test_the_days_that_an_answer_may_be_of(asked: date | None, plan: str, first: date, last: date) -> None:
    assert expected_days(asked, today=TODAY, plan=plan) == (first, last)
    for day in (first, last):
        refuse_other_days(day, asked, today=TODAY, plan=plan)
    for day in (date.fromordinal(first.toordinal() - 1), date.fromordinal(last.toordinal() + 1)):
        with pytest.raises(SourceError, match=str(day)):
            refuse_other_days(day, asked, today=TODAY, plan=plan)


def test_the_newest_list_of_a_gateway_may_be_of_any_day_and_an_empty_one_is_of_none() -> None:
    refuse_other_days(date(2008, 5, 7), None, today=TODAY, plan=Plan.UNLIMITED)
    refuse_other_days(None, TODAY, today=TODAY, plan=Plan.STANDARD)
