"""Schedules as ticks and times, and back."""

from datetime import time

import pytest

from syncjobs.weekly_times import WEEK, DifferentMinutes, NotATime, WeeklyTimes, parse_times, read_weekly, write_weekly


def line(text: str) -> dict[str, str]:
    names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    return dict(zip(names, text.split(), strict=True))


@pytest.mark.parametrize(
    ("cron", "days", "times"),
    [
        ("0 18 * * 1-5", (1, 2, 3, 4, 5), (time(18),)),
        ("30 3 * * *", WEEK, (time(3, 30),)),
        ("5 18,9 * * 1,3-5", (1, 3, 4, 5), (time(9, 5), time(18, 5))),
        ("0 4 * * 0", (0,), (time(4),)),
        ("0 4 * * 6,0", (6, 0), (time(4),)),
        ("0 6 * * mon-wed", (1, 2, 3), (time(6),)),
    ],
)
def test_a_line_of_days_and_times_is_read(cron: str, days: tuple[int, ...], times: tuple[time, ...]) -> None:
    assert read_weekly(line(cron)) == WeeklyTimes(days, times)


@pytest.mark.parametrize(
    "cron",
    ["* * * * *", "*/30 9-16 * * 1-5", "0 9-16 * * 1-5", "0 6 1 * *", "0 6 * 4 *", "0,30 6 * * *", "0 */2 * * *"],
)
def test_what_ticks_cannot_say_is_left_to_the_line(cron: str) -> None:
    assert read_weekly(line(cron)) is None


@pytest.mark.parametrize(
    ("days", "times", "cron"),
    [
        ((1, 2, 3, 4, 5), (time(19, 30),), "30 19 * * 1-5"),
        (WEEK, (time(9), time(15)), "0 9,15 * * *"),
        ((1, 3), (time(0, 5),), "5 0 * * 1,3"),
        ((6, 0), (time(6),), "0 6 * * 6,0"),
        ((2, 3, 4, 0), (time(6),), "0 6 * * 2-4,0"),
    ],
)
def test_ticks_are_written_as_a_line_that_says_the_same(
    days: tuple[int, ...], times: tuple[time, ...], cron: str
) -> None:
    weekly = WeeklyTimes(days, times)

    assert write_weekly(weekly) == line(cron)
    assert read_weekly(write_weekly(weekly)) == weekly


def test_one_line_cannot_have_times_of_different_minutes() -> None:
    with pytest.raises(DifferentMinutes):
        write_weekly(WeeklyTimes(WEEK, (time(9), time(12, 30))))


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("19:30", (time(19, 30),)),
        (" １９：３０ ", (time(19, 30),)),
        ("15:00、9:00", (time(9), time(15))),
        ("9:00, 15:00 9:00", (time(9), time(15))),
        ("19時30分", (time(19, 30),)),
        ("0:05", (time(0, 5),)),
        ("", ()),
    ],
)
def test_times_are_read_as_people_write_them(text: str, times: tuple[time, ...]) -> None:
    assert parse_times(text) == times


@pytest.mark.parametrize(
    ("text", "wrong"), [("25:00", "25:00"), ("9:60", "9:60"), ("9:00、夕方", "夕方"), ("1930", "1930")]
)
def test_what_is_no_time_is_named(text: str, wrong: str) -> None:
    with pytest.raises(NotATime, match=wrong):
        parse_times(text)
