"""Whether an event lies in a period, by the days on which it can have come about."""

from datetime import date

import pytest

from companies.events.certainty import Certainty, judge, possible_days

FIRST, LAST = date(2024, 1, 1), date(2024, 12, 31)


@pytest.mark.parametrize(
    ("possible", "judged"),
    [
        ((date(2024, 1, 1), date(2024, 12, 31)), Certainty.CERTAIN),
        ((date(2024, 5, 1), date(2024, 5, 1)), Certainty.CERTAIN),
        ((date(2023, 12, 31), date(2024, 1, 1)), Certainty.UNCERTAIN),
        ((date(2024, 12, 31), date(2025, 1, 1)), Certainty.UNCERTAIN),
        ((date(2020, 1, 1), date(2026, 1, 1)), Certainty.UNCERTAIN),
        ((date(2023, 12, 1), date(2023, 12, 31)), None),
        ((date(2025, 1, 1), date(2025, 1, 31)), None),
    ],
)
def test_what_can_only_be_inside_is_certain(possible: tuple[date, date], judged: Certainty | None) -> None:
    assert judge(possible, FIRST, LAST) is judged


def test_an_open_side_is_crossed_by_nothing() -> None:
    possible = (date(2023, 12, 1), date(2024, 1, 31))

    assert judge(possible, None, LAST) is Certainty.CERTAIN
    assert judge(possible, FIRST, None) is Certainty.UNCERTAIN
    assert judge(possible, None, None) is Certainty.CERTAIN


def test_an_official_day_is_the_only_possible_one() -> None:
    before, day, told = date(2022, 3, 31), date(2022, 4, 28), date(2022, 4, 4)

    assert possible_days(before, day, None) == (date(2022, 4, 1), day)
    assert possible_days(before, day, told) == (told, told)
    assert possible_days(None, day, None) == (day, day)
