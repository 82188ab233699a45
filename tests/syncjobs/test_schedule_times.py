"""When a schedule came round, and how long is waited between attempts: the calculations by themselves."""

from datetime import timedelta

import pytest
from django_celery_beat.models import CrontabSchedule

from syncjobs.due_runs import pause_after
from syncjobs.schedule_times import last_before
from tests.syncjobs.evenings import at


@pytest.mark.parametrize(
    ("line", "moment", "last"),
    [
        ("0 18 * * 1-5", "09-04 18:00", "09-04 18:00"),  # a Friday
        ("0 18 * * 1-5", "09-04 17:59", "09-03 18:00"),
        ("0 18 * * 1-5", "09-06 23:59", "09-04 18:00"),
        ("0 18 * * 1-5", "09-07 17:59", "09-04 18:00"),
        ("30 9,18 * * 0", "09-07 00:00", "09-06 18:30"),
        ("15 8 1 * *", "09-07 00:00", "09-01 08:15"),
        ("15 8 1 8 *", "09-07 00:00", "08-01 08:15"),
    ],
)
def test_a_schedule_came_round_last_when_its_line_says_so(line: str, moment: str, last: str) -> None:
    names = ("minute", "hour", "day_of_month", "month_of_year", "day_of_week")
    schedule = CrontabSchedule(**dict(zip(names, line.split(), strict=True)), timezone="Asia/Tokyo").schedule

    assert last_before(schedule, at(moment)) == at(last)


@pytest.mark.parametrize(
    ("attempts", "is_newest", "minutes"),
    [(1, True, 1), (2, True, 2), (7, True, 60), (12, False, 60), (13, False, 360), (13, True, 60)],
)
def test_a_day_that_is_no_longer_the_newest_is_left_alone_for_long_after_twelve_attempts(
    attempts: int, is_newest: bool, minutes: int
) -> None:
    assert pause_after(attempts, is_newest=is_newest) == timedelta(minutes=minutes)
