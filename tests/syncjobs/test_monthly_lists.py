"""When the list of a month is looked for, when it counts as missing, and what is promised of it: with a clock that the test holds."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from companies.ledger.snapshots import apply_snapshot
from datasources.models import DataSource
from operations.stored_state import StoredState
from subscriptions.told.conditions import tell_conditions
from syncjobs.due_runs import decide_due_runs
from syncjobs.execution import execute_run
from syncjobs.forms import BackfillForm, StartSyncForm
from syncjobs.list_age import FROM_FILES, OldList, find_old_list
from syncjobs.list_files import import_list, read_list_file
from syncjobs.missing_lists import find_next_at
from syncjobs.models import CalendarDay, ExpectedList, SyncRun
from syncjobs.monthly_lists import month_end
from syncjobs.schedule_times import EVENING
from syncjobs.scheduled_runs import last_scheduled_run
from syncjobs.sync_state import SourceState, source_states
from tests.factories import make_codes, make_list
from tests.fakes.jpx import FakeJpx, make_rows, make_workbook

pytestmark = pytest.mark.django_db

JAPAN = ZoneInfo("Asia/Tokyo")
APRIL, MAY = date(2024, 4, 30), date(2024, 5, 31)
MONTHLY = "syncjobs.tasks.sync_monthly_lists"


def at(text: str) -> datetime:
    """`06-05 10:20` of 2024 in Japan. The third weekday of June is Wednesday the 5th, the eighth Wednesday the 12th."""
    return datetime.strptime(f"2024-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)


def decide(text: str) -> list[str]:
    """Decide at that minute, and do the work of what was started. How each run ended."""
    runs = decide_due_runs(at(text))
    for run in runs:
        execute_run(run.pk)
        run.refresh_from_db()
    return [f"{run.status} {run.date_in_force or run.error_message or run.error_code}" for run in runs]


def state(text: str) -> SourceState:
    (found,) = source_states(at(text))
    return found


@pytest.fixture
def in_june(monthly_source: DataSource, jpx: FakeJpx) -> DataSource:
    """Enabled for months: April's list is there, and still the one that is published."""
    DataSource.objects.filter(pk=monthly_source.pk).update(created_at=at("01-10 12:00"))
    monthly_source.refresh_from_db()
    jpx.publish(APRIL, make_rows(40))
    assert decide("05-13 10:20") == [f"completed {APRIL}"]
    jpx.requests.clear()
    return monthly_source


def test_it_is_looked_for_once_a_weekday_from_the_third_business_day_on_until_it_is_there_and_then_no_more(
    in_june: DataSource, jpx: FakeJpx
) -> None:
    unchanged = ["completed 前回取り込んだ一覧から変わっていません。"]
    assert [decide(text) for text in ("06-03 10:20", "06-04 10:20", "06-04 18:00", "06-05 10:19")] == [[]] * 4
    assert [decide(text) for text in ("06-05 10:20", "06-05 10:21", "06-05 18:00", "06-06 10:19")] == [
        unchanged,
        [],
        [],
        [],
    ]
    assert [decide(text) for text in ("06-06 10:20", "06-06 10:21")] == [unchanged, []]
    jpx.publish(MAY, make_rows(41))
    assert [decide(text) for text in ("06-07 10:20", "06-07 10:21", "06-10 10:20", "07-02 10:20")] == [
        [f"completed {MAY}"], [], [], [],
    ]  # fmt: skip
    assert len(jpx.requests) == 3
    assert not ExpectedList.objects.filter(day=MAY).exists()
    assert [run.requested_date for run in SyncRun.objects.all()] == [None] * 4


def test_a_list_of_the_last_business_day_before_the_month_s_end_is_that_month_s(
    in_june: DataSource, jpx: FakeJpx
) -> None:
    jpx.publish(date(2024, 5, 30), make_rows(40))

    assert decide("06-05 10:20") == ["completed 2024-05-30"]
    assert decide("06-06 10:20") == []


def test_what_fails_is_tried_again_with_growing_pauses_and_not_only_the_next_day(
    in_june: DataSource, jpx: FakeJpx
) -> None:
    jpx.publish(MAY, make_rows(40))
    jpx.fail("500", times=6)

    assert [decide(text) for text in ("06-05 10:20", "06-05 10:21", "06-05 10:22", "06-05 10:23")] == [
        ["failed JPX のサーバーで障害が起きています（HTTP 500）。しばらくしてからやり直してください。 "
         "急ぐときは、ブラウザーで JPX のウェブサイトの「その他統計資料」から東証上場銘柄一覧（data_j）をダウンロードして、"
         "「一覧ファイルの取込」から取り込んでください。"],
    ] * 2 + [[], [f"completed {MAY}"]]  # fmt: skip


def test_it_counts_as_missing_only_when_it_is_late(in_june: DataSource, jpx: FakeJpx) -> None:
    decide("06-05 10:20")

    assert [state(text).missing for text in ("06-05 10:30", "06-11 23:00", "06-12 10:19")] == [[], [], []]
    assert state("06-11 23:00").overdue == timedelta()
    late = state("06-12 10:20")
    assert (late.missing, late.overdue, late.is_monthly) == ([MAY], timedelta(days=7), True)
    jpx.publish(MAY, make_rows(40))
    decide("06-12 10:20")
    assert state("06-12 10:21").missing == []


def test_a_file_that_somebody_brought_is_as_good(in_june: DataSource, jpx: FakeJpx) -> None:
    import_list(read_list_file(make_workbook(MAY, make_rows(40))))

    assert decide("06-05 10:20") == []
    assert jpx.requests == []


def test_what_waits_for_a_person_is_not_fetched_again(in_june: DataSource, jpx: FakeJpx) -> None:
    jpx.publish(date(2024, 5, 30), make_rows(10))

    assert decide("06-05 10:20") == ["needs_review 2024-05-30"]
    assert [decide(text) for text in ("06-05 11:20", "06-06 10:20", "06-12 10:20")] == [[], [], []]


def test_who_just_enabled_it_gets_the_list_that_is_out_though_it_is_of_the_month_before(
    monthly_source: DataSource, jpx: FakeJpx
) -> None:
    DataSource.objects.update(created_at=at("01-10 12:00"))
    jpx.publish(APRIL, make_rows(40))

    assert decide("06-04 15:00") == [f"completed {APRIL}"]
    assert decide("06-04 15:05") == []
    assert state("06-04 15:05").missing == []


def test_holidays_that_the_calendar_knows_move_the_third_business_day(in_june: DataSource, jpx: FakeJpx) -> None:
    CalendarDay.objects.create(day=date(2024, 6, 4), is_business_day=False)
    jpx.publish(MAY, make_rows(40))

    assert decide("06-05 10:20") == []
    assert decide("06-06 10:20") == [f"completed {MAY}"]


def test_where_its_schedule_is_off_nothing_is_asked_missing_or_promised(in_june: DataSource, jpx: FakeJpx) -> None:
    PeriodicTask.objects.filter(task=MONTHLY).update(enabled=False)

    assert decide("06-12 10:20") == []
    assert state("06-12 10:20").missing == []
    assert find_next_at([in_june], at("06-12 10:20")) is None
    assert jpx.requests == []


def test_that_the_daily_schedule_came_round_is_nothing_to_it(in_june: DataSource, jpx: FakeJpx) -> None:
    assert decide_due_runs(at("06-04 18:00"), is_due_now=True) == []


@pytest.mark.parametrize(
    ("now", "following"),
    [
        # April's is there: the next is out on the third business day of June.
        ("05-20 09:00", "06-05 10:20"),
        ("06-05 09:00", "06-05 10:20"),
        # It was not out at 10:20, or is late: looked for again the next weekday.
        ("06-05 10:21", "06-06 10:20"),
        ("06-07 12:00", "06-10 10:20"),
    ],
)
def test_the_next_time_is_that_of_the_next_list_and_not_of_the_next_day(
    in_june: DataSource, now: str, following: str
) -> None:
    assert find_next_at([in_june], at(now)) == at(following)


def test_after_this_month_s_list_the_next_one_is_next_month_s(in_june: DataSource, jpx: FakeJpx) -> None:
    jpx.publish(MAY, make_rows(40))
    decide("06-05 10:20")

    assert find_next_at([in_june], at("06-05 10:21")) == at("07-03 10:20")


def test_days_and_months_of_both_sources_are_looked_for_apart(
    in_june: DataSource, jpx: FakeJpx, source: DataSource
) -> None:
    jpx.publish(MAY, make_rows(40))
    DataSource.objects.filter(pk=source.pk).update(created_at=at("06-05 12:00"))
    PeriodicTask.objects.filter(task=EVENING).update(enabled=False)
    started = {run.source: run.requested_date for run in decide_due_runs(at("06-05 18:00"))}

    assert started == {source: date(2024, 6, 5), in_june: None}
    for run in SyncRun.objects.filter(status="queued"):
        execute_run(run.pk)
    last = last_scheduled_run(MONTHLY)
    daily = last_scheduled_run("syncjobs.tasks.sync_listings")
    assert last is not None
    assert daily is not None
    assert (last.source, last.date_in_force, daily.source) == (in_june, MAY, source)


def test_a_range_of_days_is_only_offered_of_a_source_that_has_them(in_june: DataSource, source: DataSource) -> None:
    offered = [list(form().fields["source"].queryset) for form in (StartSyncForm, BackfillForm)]  # type: ignore[attr-defined]

    assert offered == [[source, in_june], [source]]


def test_a_list_a_month_is_not_too_old_where_days_would_be(monthly_source: DataSource, source: DataSource) -> None:
    now = at("06-04 12:00")
    newest = now.date() - timedelta(days=FROM_FILES)

    assert find_old_list(newest, [monthly_source], now) is None
    assert find_old_list(newest - timedelta(days=1), [monthly_source], now) == OldList(newest - timedelta(days=1), 46)
    assert find_old_list(newest, [monthly_source, source], now) == OldList(newest, 45)


def test_with_a_month_s_list_of_now_nothing_is_told_and_no_day_is_missing(monthly_source: DataSource) -> None:
    """By the clock of today: what people and Prometheus hear."""
    DataSource.objects.filter(pk=monthly_source.pk).update(created_at=timezone.now() - timedelta(days=90))
    apply_snapshot(timezone.localdate(), make_list(make_codes(40)), "jpx")
    gauges = {
        sample.name: sample.value
        for metric in StoredState().collect()
        for sample in metric.samples
        if sample.labels.get("source") == monthly_source.name
    }

    assert (gauges["listing_days_missing"], gauges["sync_overdue_seconds"], gauges["listing_attempts"]) == (0, 0, 0)
    assert "listing_oldest_missing_timestamp_seconds" not in gauges
    assert tell_conditions(timezone.now().replace(hour=3)) == 0


def test_the_end_of_a_month() -> None:
    days = [date(2024, 2, 1), date(2023, 2, 28), date(2024, 12, 31), date(2024, 11, 5)]

    assert [str(month_end(day)) for day in days] == ["2024-02-29", "2023-02-28", "2024-12-31", "2024-11-30"]
