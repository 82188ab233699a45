"""Which backups stay, when the next is due, and how long to wait after a failure: without a file or a clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from environ import Env
from hypothesis import given
from hypothesis import strategies as st

from backups.retention import BackupPlan, is_due, moment_of, name_of, pause_after, read_backup_plan, superfluous

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 25, 20, 0, tzinfo=TOKYO)
PLAN = BackupPlan(at=time(19, 30), newest=3, days=31, months=None, rehearse_every_days=7)
moments = st.sets(
    st.integers(0, 6 * 365 * 24).map(lambda hours: datetime(2020, 11, 25, tzinfo=UTC) + timedelta(hours=hours)),
    max_size=60,
)  # fmt: skip
plans = st.builds(
    BackupPlan, at=st.just(time(19, 30)), newest=st.integers(1, 5), days=st.integers(0, 40),
    months=st.none() | st.integers(0, 24), rehearse_every_days=st.just(7),
)  # fmt: skip


def every_evening(days: int) -> list[datetime]:
    """One at 19:30 on each of the last days, today's first."""
    return [datetime(2026, 11, 25, 19, 30, tzinfo=TOKYO) - timedelta(days=day) for day in range(days)]


def kept(of: list[datetime], plan: BackupPlan) -> list[datetime]:
    return sorted(set(of) - superfluous(of, plan, now=NOW, zone=TOKYO))


def test_a_year_of_evenings_leaves_a_month_of_days_and_the_last_of_each_month_before() -> None:
    left = [moment.date() for moment in kept(every_evening(365), PLAN)]

    assert [day.isoformat() for day in left[:12]] == [
        "2025-11-30", "2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30",
        "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-26",
    ]  # fmt: skip
    assert left[11:] == [moment.date() for moment in reversed(every_evening(31))]


def test_months_end_where_the_plan_says_so() -> None:
    two_months = BackupPlan(time(19, 30), newest=1, days=1, months=2, rehearse_every_days=7)

    assert [moment.date().isoformat() for moment in kept(every_evening(365), two_months)] == [
        "2026-10-31",
        "2026-11-25",
    ]


def test_the_newest_few_stay_however_old_they_are() -> None:
    old = [datetime(2020, 5, day, tzinfo=UTC) for day in (1, 2, 3, 4)]
    none_else = BackupPlan(time(19, 30), newest=2, days=7, months=0, rehearse_every_days=7)

    assert kept(old, none_else) == old[2:]


def test_of_several_on_one_day_in_japan_the_last_stays() -> None:
    # 15:00 UTC is midnight in Japan.
    day = [datetime(2026, 11, 10, hour, tzinfo=UTC) for hour in (1, 14, 15)]
    fewest = BackupPlan(time(19, 30), newest=1, days=31, months=0, rehearse_every_days=7)

    assert kept(day, fewest) == day[1:]


def test_a_month_ends_when_it_ends_in_japan() -> None:
    # Midnight of the first of November, and the hours around it.
    around = [datetime(2026, 10, 31, hour, tzinfo=UTC) for hour in (3, 14, 15, 16)]
    months_only = BackupPlan(time(19, 30), newest=1, days=0, months=None, rehearse_every_days=7)

    assert kept(around, months_only) == [around[1], around[3]]


@given(moments, plans)
def test_the_newest_is_never_removed_and_a_second_look_removes_nothing(of: set[datetime], plan: BackupPlan) -> None:
    gone = superfluous(of, plan, now=NOW, zone=TOKYO)
    left = of - gone

    assert gone <= of
    assert sorted(of)[-plan.newest :] == sorted(left)[-plan.newest :]
    assert superfluous(left, plan, now=NOW, zone=TOKYO) == set()


@given(moments, plans)
def test_no_past_month_that_counts_is_left_without_its_last(of: set[datetime], plan: BackupPlan) -> None:
    left = of - superfluous(of, plan, now=NOW, zone=TOKYO)

    def months(found: set[datetime]) -> set[tuple[int, int]]:
        return {(at.astimezone(TOKYO).year, at.astimezone(TOKYO).month) for at in found}

    if plan.months is None:
        assert months(left) == months(of)


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        (datetime(2026, 11, 25, 19, 30, tzinfo=TOKYO), False),
        (datetime(2026, 11, 25, 19, 29, 59, tzinfo=TOKYO), True),
        (datetime(2026, 11, 24, 19, 30, tzinfo=TOKYO), True),
    ],
)
def test_a_backup_is_due_once_its_time_has_come_by_since_the_last(last: datetime | None, due: bool) -> None:
    assert is_due(last, PLAN, now=NOW, zone=TOKYO) is due


def test_before_its_time_yesterdays_is_enough() -> None:
    morning = NOW.replace(hour=9)

    assert is_due(datetime(2026, 11, 24, 19, 31, tzinfo=TOKYO), PLAN, now=morning, zone=TOKYO) is False
    assert is_due(datetime(2026, 11, 24, 19, 29, tzinfo=TOKYO), PLAN, now=morning, zone=TOKYO) is True


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(failures).total_seconds() / 60 for failures in (1, 2, 3, 4, 5, 500)] == [5, 10, 20, 40, 60, 60]


def test_a_name_tells_when_the_backup_began_and_others_are_none() -> None:
    assert name_of(NOW) == "meigara-20261125T110000Z.backup"
    assert moment_of(name_of(NOW)) == NOW
    for other in ("meigara-20261125T110000Z.backup.partial", "meigara-20261399T110000Z.backup", "notes.txt"):
        assert moment_of(other) is None


def test_the_plan_of_an_environment_that_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read_backup_plan(Env()) == PLAN


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BACKUP_AT", "evening"), ("BACKUP_AT", "25:00"), ("BACKUP_KEEP_NEWEST", "0"), ("BACKUP_KEEP_DAYS", "-1"),
        ("BACKUP_KEEP_MONTHS", "ever"), ("BACKUP_REHEARSE_EVERY_DAYS", "1.5"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_meant_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    monkeypatch.setenv(name, text)

    with pytest.raises(ValueError, match=name):
        read_backup_plan(Env())
