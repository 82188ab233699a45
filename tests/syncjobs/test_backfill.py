"""Many days at once: what is asked, what is skipped, what stops it, and the plan's limit."""

from datetime import date, timedelta

import pytest
from pytest_django import Settings

from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, ListingEvent, ListingSnapshot
from datasources import rate_limit
from datasources.models import DataSource
from syncjobs.models import SyncRun
from syncjobs.runs import cancel_run, start_backfill
from tests.factories import make_issue, make_source
from tests.fakes.jquants import FakeJquants, business_days
from tests.syncjobs.worker import Worker, wait_for_end, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

DAYS = business_days(date(2025, 3, 3), 10)


@pytest.fixture
def source(worker: Worker, jquants: FakeJquants) -> DataSource:
    """Ten business days; on each another of 40 companies is renamed."""
    jquants.lists.clear()
    names = {str(1301 + step): f"会社{step}" for step in range(40)}
    for number, day in enumerate(DAYS):
        names[str(1301 + number)] = f"新会社{number}"
        jquants.publish(day, [make_issue(code, company_name=name) for code, name in names.items()])
    return make_source(jquants)


def backfill(source: DataSource, first: date = DAYS[0], last: date = DAYS[-1]) -> SyncRun:
    return wait_for_end(start_backfill(source, first=first, last=last, requested_by="test"))


def asked_days(jquants: FakeJquants) -> list[str]:
    return [seen.query["date"] for seen in jquants.calls("/master")]


def test_every_business_day_is_brought_in_and_no_other_is_asked_for(source: DataSource, jquants: FakeJquants) -> None:
    run = backfill(source, DAYS[0] - timedelta(days=2), DAYS[-1])

    assert (run.status, run.done, run.total, run.progress_percent) == ("completed", 10, 10, 100)
    assert (run.new_companies, run.updated_companies, run.deactivated_companies) == (40, 9, 0)
    assert asked_days(jquants) == [day.isoformat() for day in DAYS]
    assert list(ListingSnapshot.objects.order_by("date_in_force").values_list("date_in_force", flat=True)) == DAYS
    assert ListingEvent.objects.filter(event_type="renamed").count() == 9
    assert run.children.filter(status="completed").count() == 10


def test_a_second_one_asks_only_for_the_calendar(source: DataSource, jquants: FakeJquants) -> None:
    backfill(source, DAYS[0], DAYS[4])
    jquants.requests.clear()

    run = backfill(source)

    assert (run.status, run.children.count()) == ("completed", 5)
    assert asked_days(jquants) == [day.isoformat() for day in DAYS[5:]]
    jquants.requests.clear()
    assert backfill(source).status == "completed"
    assert [seen.path for seen in jquants.requests] == ["/v2/markets/calendar"]


def test_a_day_whose_list_was_taken_back_is_brought_in_again(source: DataSource, jquants: FakeJquants) -> None:
    backfill(source, DAYS[0], DAYS[2])
    wrong = ListingSnapshot.objects.get(date_in_force=DAYS[1])
    withdraw_entry(wrong.pk, reason="test", withdrawn_by="test")
    jquants.requests.clear()

    run = backfill(source, DAYS[0], DAYS[2])

    assert (run.status, asked_days(jquants)) == ("completed", [DAYS[1].isoformat()])
    assert ListingSnapshot.objects.holding().get(date_in_force=DAYS[1]).pk > wrong.pk


def test_a_fault_that_stays_stops_it_at_that_day_and_the_next_goes_on_from_there(
    source: DataSource, jquants: FakeJquants
) -> None:
    backfill(source, DAYS[0], DAYS[2])
    jquants.fail("500", times=4, path="/master")
    run = backfill(source)

    assert (run.status, run.error_code) == ("failed", "SERVER_ERROR")
    assert run.error_message.startswith(f"{DAYS[3]} の一覧を取得できません: J-Quants のサーバーで障害")
    assert list(run.children.values_list("status", "error_code")) == [("failed", "SERVER_ERROR")]
    assert ListingSnapshot.objects.count() == 3

    assert backfill(source).status == "completed"
    assert ListingSnapshot.objects.count() == 10


def test_a_day_that_needs_review_does_not_hold_up_the_others(source: DataSource, jquants: FakeJquants) -> None:
    backfill(source, DAYS[0], DAYS[1])
    jquants.fail("truncated", path="/master")
    run = backfill(source)

    assert (run.status, run.error_code) == ("failed", "DAYS_LEFT")
    assert f"10 営業日のうち 1 日の一覧は確認が必要です（{DAYS[2]}）" in run.error_message
    assert ListingSnapshot.objects.count() == 9
    assert run.children.get(status="needs_review").requested_date == DAYS[2]

    assert backfill(source).status == "completed"
    assert not SyncRun.objects.filter(status="needs_review").exists()


def test_days_outside_the_plan_are_named(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("plan", path="/master")

    run = backfill(source)

    assert (run.status, run.error_code) == ("failed", "PLAN_LIMIT")
    assert str(DAYS[0]) in run.error_message


def test_it_is_cancelled_between_days_and_what_is_there_stays(source: DataSource, jquants: FakeJquants) -> None:
    jquants.delay_seconds = 0.3
    run = start_backfill(source, first=DAYS[0], last=DAYS[-1], requested_by="test")
    wait_until(lambda: ListingSnapshot.objects.count() >= 2)

    cancel_run(run, cancelled_by="operator")
    wait_for_end(run, timeout_seconds=5)

    assert run.status == "cancelled"
    assert 2 <= ListingSnapshot.objects.count() < 9
    assert not run.children.filter(status="running").exists()
    assert Company.objects.count() == 40


def test_the_plans_limit_is_never_exceeded(source: DataSource, jquants: FakeJquants, settings: Settings) -> None:
    """Of eleven requests the free plan allows five a minute: the sixth waits, and the run with it."""
    DataSource.objects.update(plan="free")
    run = start_backfill(source, first=DAYS[0], last=DAYS[-1], requested_by="test")
    wait_until(lambda: ListingSnapshot.objects.count() == 4)
    wait_until(lambda: len(jquants.requests) == 5)

    cancel_run(run, cancelled_by="operator")
    wait_for_end(run, timeout_seconds=5)

    assert len(jquants.requests) == 5
    assert rate_limit._WINDOW_SECONDS > 60
    assert run.status == "cancelled"
