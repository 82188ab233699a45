"""Runs that fetch the list of the month without an account: how they end, what they do not fetch again, what waits for a person."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from api.keys import create_api_key
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, LedgerRevision, ListingEvent, ListingSnapshot
from datasources.models import DataSource
from syncjobs.approval import approve_run
from syncjobs.errors import SourceNotUsable
from syncjobs.execution import execute_run
from syncjobs.list_files import import_list, read_list_file
from syncjobs.models import SyncRun
from syncjobs.runs import start_backfill, start_listing_run
from syncjobs.sources import find_default_source
from tests.conftest import FEBRUARY, MARCH
from tests.fakes.jpx import KYOKUYO, FakeJpx, make_rows, make_workbook

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True, serialized_rollback=True)

APRIL = date(2024, 4, 30)
UNCHANGED = "前回取り込んだ一覧から変わっていません。"


def run_now(source: DataSource, **asked: Any) -> SyncRun:
    run = start_listing_run(source, requested_by="test", **asked)
    execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_applies_the_list_on_the_day_that_the_file_says(monthly_source: DataSource) -> None:
    run = run_now(monthly_source)

    assert (run.status, run.date_in_force, run.total_companies, run.new_companies) == ("completed", MARCH, 40, 40)
    assert run.error_message == ""
    entry = ListingSnapshot.objects.get()
    assert (entry.source, entry.date_in_force, entry.run_id) == ("jpx", MARCH, run.pk)
    monthly_source.refresh_from_db()
    assert (monthly_source.last_check_code, monthly_source.last_check_message) == ("OK", "一覧を取得できました。")


def test_the_same_list_is_not_fetched_again_and_the_run_says_so(monthly_source: DataSource, jpx: FakeJpx) -> None:
    run_now(monthly_source)
    again = run_now(monthly_source)

    assert (again.status, again.error_code, again.error_message) == ("completed", "", UNCHANGED)
    assert "If-None-Match" in jpx.requests[1].headers
    assert ListingSnapshot.objects.count() == 1


def test_the_list_of_the_next_month_is_and_what_differs_are_events(monthly_source: DataSource, jpx: FakeJpx) -> None:
    run_now(monthly_source)
    jpx.publish(APRIL, make_rows(41, c1301="極洋ホールディングス"))
    run = run_now(monthly_source)

    assert (run.date_in_force, run.new_companies, run.updated_companies) == (APRIL, 1, 1)
    events = ListingEvent.objects.filter(event_date=APRIL).order_by("code").values_list("code", "event_type")
    assert list(events) == [("1301", "renamed"), ("1341", "listed")]


def test_a_server_without_marks_sends_the_same_list_again_and_nothing_changes(
    monthly_source: DataSource, jpx: FakeJpx
) -> None:
    jpx.validators = ()
    run_now(monthly_source)
    again = run_now(monthly_source)

    assert (again.status, again.unchanged_companies) == ("completed", 40)
    assert ListingSnapshot.objects.count() == 1


def test_a_list_that_somebody_uploaded_before_is_known_from_then_on(monthly_source: DataSource, jpx: FakeJpx) -> None:
    import_list(read_list_file(make_workbook(MARCH, make_rows(40))))

    assert run_now(monthly_source).unchanged_companies == 40
    assert run_now(monthly_source).error_message == UNCHANGED


def test_a_list_that_was_taken_back_is_fetched_again(monthly_source: DataSource, jpx: FakeJpx) -> None:
    run_now(monthly_source)
    withdraw_entry(ListingSnapshot.objects.get().pk, reason="test", withdrawn_by="test")

    assert run_now(monthly_source).date_in_force == MARCH
    assert "If-None-Match" not in jpx.requests[1].headers
    assert ListingSnapshot.objects.holding().get().date_in_force == MARCH


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("html", "WEB_PAGE"), ("half", "UNREADABLE_LIST"), ("other_layout", "UNREADABLE_LIST"), ("404", "LIST_NOT_FOUND"),
        ("redirect", "MOVED"), ("500", "SERVER_ERROR"), ("cut", "UNREACHABLE"), ("huge", "RESPONSE_TOO_LARGE"),
    ],
)  # fmt: skip
def test_a_fault_ends_the_run_changes_nothing_and_the_next_good_one_repairs_it(
    monthly_source: DataSource, jpx: FakeJpx, fault: str, code: str
) -> None:
    jpx.fail(fault, times=3)
    run = run_now(monthly_source)

    assert (run.status, run.error_code) == ("failed", code)
    assert "「一覧ファイルの取込」から取り込んでください。" in run.error_message
    assert not LedgerRevision.objects.exists()
    monthly_source.refresh_from_db()
    assert (monthly_source.last_check_code, monthly_source.kept_validators) == (code, None)
    jpx.heal()
    assert run_now(monthly_source).status == "completed"


def half_a_list(source: DataSource, jpx: FakeJpx) -> SyncRun:
    run_now(source)
    jpx.publish(APRIL, make_rows(20))
    return run_now(source)


def test_a_list_with_too_little_waits_for_a_person_and_is_fetched_whole_until_somebody_took_it(
    monthly_source: DataSource, jpx: FakeJpx
) -> None:
    run = half_a_list(monthly_source, jpx)

    assert (run.status, run.date_in_force) == ("needs_review", APRIL)
    assert run.listing is not None
    assert Company.objects.active().count() == 40
    assert run_now(monthly_source).status == "needs_review"


def test_what_was_approved_is_applied_without_asking_again(monthly_source: DataSource, jpx: FakeJpx) -> None:
    run = half_a_list(monthly_source, jpx)
    asked = len(jpx.requests)
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 20})
    execute_run(run.pk)
    run.refresh_from_db()

    assert (run.status, run.deactivated_companies, len(jpx.requests)) == ("completed", 20, asked)
    assert run_now(monthly_source).unchanged_companies == 20
    assert run_now(monthly_source).error_message == UNCHANGED


def test_a_day_that_is_not_published_is_refused_with_the_day_that_is(monthly_source: DataSource) -> None:
    run = run_now(monthly_source, day=FEBRUARY)

    assert (run.status, run.error_code) == ("failed", "OTHER_DAY")
    assert "日を指定しなければ、2024-03-29 の一覧を取得します。" in run.error_message
    monthly_source.refresh_from_db()
    assert monthly_source.last_check_code == "OK"
    assert run_now(monthly_source, day=MARCH).status == "completed"


def test_what_could_not_be_understood_stands_with_the_run(monthly_source: DataSource, jpx: FakeJpx) -> None:
    jpx.publish(MARCH, [[1301.0, "極洋", "新しい市場", *KYOKUYO[3:]]])
    run = run_now(monthly_source)

    assert run.status == "completed"
    assert "未知の市場・商品区分「新しい市場」が 1 件あります。" in run.error_message


def test_on_a_day_that_both_have_the_stronger_source_holds_whichever_came_first(
    source: DataSource, monthly_source: DataSource, jpx: FakeJpx
) -> None:
    runs = [run_now(source), run_now(monthly_source, is_forced=True)]
    jpx.publish(FEBRUARY, make_rows(40))
    runs += [run_now(monthly_source, is_forced=True), run_now(source, day=FEBRUARY, is_forced=True)]

    assert [run.status for run in runs] == ["completed"] * 4
    holding = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", "source")
    assert list(holding) == [(FEBRUARY, "jquants"), (MARCH, "jquants")]
    assert ListingSnapshot.objects.filter(source="jpx").count() == 2
    assert find_default_source() == source


def test_a_range_of_days_is_refused(monthly_source: DataSource) -> None:
    with pytest.raises(SourceNotUsable, match="日ごとの一覧がないため"):
        start_backfill(monthly_source, first=FEBRUARY, last=MARCH, requested_by="test")
    assert not SyncRun.objects.exists()


def test_a_source_that_is_off_is_not_asked(monthly_source: DataSource, jpx: FakeJpx) -> None:
    monthly_source.is_enabled = False

    with pytest.raises(SourceNotUsable):
        start_listing_run(monthly_source, requested_by="test")
    assert jpx.requests == []


@commits
def test_it_is_started_and_told_over_the_api(monthly_source: DataSource) -> None:
    headers: dict[str, Any] = {"X-API-Key": create_api_key(name="automation", scopes=("sync", "read"))[1]}
    client = Client(headers=headers)
    started = [
        client.post("/api/v1/companies/sync", body, content_type="application/json") for body in ({"source": "jpx"}, {})
    ]
    (run,) = SyncRun.objects.all()
    execute_run(run.pk)
    status = client.get("/api/v1/companies/sync/status").json()["current_sync"]
    told = {one["name"]: one for one in client.get("/api/v1/datasources").json()["datasources"]}

    assert [answer.status_code for answer in started] == [201, 409]
    assert (run.source, status["status"], status["total_companies"]) == (monthly_source, "completed", 40)
    assert told["JPX"]["health"] == "ok"
    assert (told["JPX"]["provider"], told["JPX"]["has_credentials"], told["JPX"]["plan"]) == ("jpx", False, None)
