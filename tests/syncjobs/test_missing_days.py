"""Which days are missing: by calendar, plan, and what is in the ledger; and how gaps are filled."""

from datetime import UTC, date, timedelta

import pytest
from django_celery_beat.models import CrontabSchedule, PeriodicTask
from pytest_django import Settings

from companies.models import ListingEvent
from datasources.models import DataSource
from syncjobs.due_runs import decide_due_runs
from syncjobs.models import CalendarDay, SyncRun
from syncjobs.sync_state import source_states
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.evenings import HOLIDAYS, at, attempts_between, begin, business_days, day, decide, publish, recorded

pytestmark = pytest.mark.django_db
SCHEDULE = "syncjobs.tasks.sync_listings"


@pytest.fixture(autouse=True)
def september(source: DataSource, jquants: FakeJquants) -> None:
    publish(jquants, business_days(20))
    begin(source)


def test_gaps_are_found_and_filled_newest_first_one_a_minute_and_every_event_is_on_its_day() -> None:
    decide("09-01 18:00")

    assert attempts_between("09-07 18:00", "09-07 18:10") == ["18:00", "18:01", "18:02", "18:03"]
    days = SyncRun.objects.order_by("started_at").values_list("requested_date", flat=True)
    assert list(days) == [day(text) for text in ("09-01", "09-07", "09-04", "09-03", "09-02")]
    assert recorded() == business_days(5)
    events = ListingEvent.objects.filter(event_type="renamed").order_by("event_date")
    assert list(events.values_list("event_date", flat=True)) == business_days(5)[1:]


def test_one_day_that_cannot_be_had_does_not_keep_others_from_being_tried(jquants: FakeJquants) -> None:
    decide("09-01 18:00")
    del jquants.lists[day("09-03")]
    CalendarDay.objects.filter(day=day("09-03")).update(is_business_day=True)
    attempts_between("09-04 18:00", "09-04 19:30")

    assert recorded() == [day("09-01"), day("09-02"), day("09-04")]
    (state,) = source_states(at("09-04 19:30"))
    assert state.missing == [day("09-03")]


def test_holidays_are_known_from_the_calendar_and_not_asked_for(jquants: FakeJquants) -> None:
    attempts_between("09-18 18:00", "09-18 18:20")
    jquants.requests.clear()

    assert attempts_between("09-21 18:00", "09-21 19:00") == []
    assert jquants.requests == []
    assert CalendarDay.objects.get(day=HOLIDAYS[0]).is_business_day is False
    assert CalendarDay.objects.get(day=day("09-24")).is_business_day is True


def test_a_holiday_that_nobody_knew_of_ends_without_a_request_for_its_list(jquants: FakeJquants) -> None:
    del jquants.lists[day("09-10")]
    DataSource.objects.update(created_at=at("09-10 12:00"))

    (run,) = decide("09-10 18:00")

    assert (run.status, run.error_message) == ("cancelled", "2026-09-10 は休業日のため、取得していません。")
    assert jquants.calls("/master") == []
    assert [run.requested_date for run in decide("09-10 18:01")] == [day("09-09")]
    assert decide("09-10 18:02") == []


def test_a_source_without_a_calendar_still_has_its_evenings(jquants: FakeJquants) -> None:
    jquants.fail("400", times=1000, path="/calendar")

    assert [run.status for run in decide("09-01 18:00")] == ["completed"]
    assert CalendarDay.objects.count() == 0


@pytest.mark.parametrize(
    ("plan", "newest", "count"), [("free", "2026-06-16", 1), ("light", "2026-09-09", 7), ("premium", "2026-09-09", 7)]
)
def test_what_the_plan_does_not_show_is_not_missing(plan: str, newest: str, count: int, source: DataSource) -> None:
    DataSource.objects.update(plan=plan)

    (state,) = source_states(at("09-09 18:00"))

    assert (state.missing[0].isoformat(), len(state.missing)) == (newest, count)


def test_the_plan_and_the_year_bound_how_far_back_gaps_are_looked_for(source: DataSource, jquants: FakeJquants) -> None:
    DataSource.objects.update(created_at=at("09-01 00:00") - timedelta(days=3000))

    (unlimited,) = source_states(at("09-09 18:00"))
    DataSource.objects.update(plan="free", created_at=at("09-01 00:00") - timedelta(days=300))
    (free,) = source_states(at("09-09 18:00"))

    assert len(unlimited.missing) == 250
    assert free.missing[-1] == date(2025, 11, 5)


@pytest.mark.parametrize(("plan", "oldest"), [("free", "2024-09-09"), ("light", "2021-09-10")])
def test_however_far_back_is_looked_what_the_plan_shows_no_more_is_not_missing(
    plan: str, oldest: str, source: DataSource, settings: Settings
) -> None:
    settings.WATCHED_BUSINESS_DAYS = 10_000
    DataSource.objects.update(plan=plan, created_at=at("09-01 00:00") - timedelta(days=3000))

    (state,) = source_states(at("09-09 18:00"))

    assert state.missing[-1].isoformat() == oldest


def test_before_nine_in_japan_the_newest_day_is_japan_s(source: DataSource) -> None:
    """Where it is still the day before by UTC."""
    (run,) = decide_due_runs(at("09-02 08:15").astimezone(UTC), is_due_now=True)

    assert run.requested_date == day("09-02")


def test_a_source_that_was_made_before_nine_in_japan_is_not_asked_for_the_day_before(source: DataSource) -> None:
    """On which it was still that day by UTC; where the schedule leaves days out, nothing else says that it was not there yet."""
    task = PeriodicTask.objects.get(task=SCHEDULE)
    CrontabSchedule.objects.filter(pk=task.crontab_id).update(day_of_week="1,3")
    DataSource.objects.update(created_at=at("09-09 08:00"))

    (state,) = source_states(at("09-09 18:00"))

    assert state.missing == [day("09-09")]


def test_the_calendar_is_asked_for_again_before_what_is_known_of_it_ends(jquants: FakeJquants) -> None:
    CalendarDay.objects.create(day=day("09-01"), is_business_day=True)

    decide("09-01 18:00")
    assert CalendarDay.objects.filter(day=day("09-21"), is_business_day=False).exists()
    decide("09-02 18:00")

    assert len(jquants.calls("/calendar")) == 1
