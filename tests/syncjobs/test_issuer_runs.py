"""Runs that fetch the list of issuers: how they end, what they do not fetch again, and who may decide on them."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from api.keys import create_api_key
from companies.issuers.issuer_lists import withdraw_issuer_list
from companies.models import CompanyIssuer, Issuer, IssuerList, LedgerRevision
from datasources.models import DataSource
from syncjobs.approval import approve_run, can_be_approved
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.execution import execute_run
from syncjobs.issuer_sync import is_due
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, start_issuer_run, start_listing_run
from syncjobs.tasks import refresh_issuers
from tests.fakes.edinet import FakeEdinet, make_row
from tests.syncjobs.worker import Worker, wait_for_end

pytestmark = pytest.mark.usefixtures("two_lists")
commits = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MARCH, APRIL, MAY = date(2024, 3, 29), date(2024, 4, 5), date(2024, 5, 10)
MANY = [make_row(10000 + number, str(7000 + number)) for number in range(2, 200)]
BEHIND = [make_row(2144, "7203"), make_row(2142, "7201"), make_row(12, "1301"), make_row(3000)]


def run_now(source: DataSource) -> SyncRun:
    run = start_issuer_run(source, requested_by="test")
    execute_run(run.pk)
    run.refresh_from_db()
    return run


def test_a_run_applies_the_list_and_says_what_it_brought(issuer_source: DataSource) -> None:
    run = run_now(issuer_source)

    assert (run.status, run.kind, run.phase, run.date_in_force) == ("completed", "issuers", "ended", MARCH)
    assert (run.total_companies, run.new_companies, run.updated_companies) == (4, 3, 3)
    assert IssuerList.objects.get().run_id == run.pk
    assert set(CompanyIssuer.objects.values_list("code", "edinet_code")) == {
        ("7203", "E02144"), ("7201", "E02142"), ("1301", "E00012"),
    }  # fmt: skip
    issuer_source.refresh_from_db()
    assert issuer_source.last_check_code == "OK"


def test_the_same_list_is_not_fetched_again_and_the_run_says_so(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    run_now(issuer_source)
    again = run_now(issuer_source)

    assert (again.status, again.error_code, again.error_message) == (
        "completed",
        "",
        "前回取り込んだ一覧から変わっていません。",
    )
    assert "If-None-Match" in edinet.requests[1].headers
    assert IssuerList.objects.count() == 1


def test_another_list_is(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    run_now(issuer_source)
    edinet.publish(APRIL, [*BEHIND, make_row(500, "130A")])

    assert run_now(issuer_source).date_in_force == APRIL
    assert Issuer.objects.filter(edinet_code="E00500").exists()


def test_a_list_that_was_taken_back_is_fetched_again(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    run_now(issuer_source)
    withdraw_issuer_list(IssuerList.objects.get().pk, reason="test", withdrawn_by="test")

    assert run_now(issuer_source).date_in_force == MARCH
    assert "If-None-Match" not in edinet.requests[1].headers
    assert IssuerList.objects.filter(is_superseded=False).count() == 1


@pytest.mark.parametrize(
    ("fault", "code"),
    [("html", "WEB_PAGE"), ("cut_zip", "UNREADABLE_LIST"), ("500", "SERVER_ERROR"), ("cut", "UNREACHABLE")],
)
def test_a_fault_ends_the_run_changes_nothing_and_the_next_good_one_repairs_it(
    issuer_source: DataSource, edinet: FakeEdinet, fault: str, code: str
) -> None:
    edinet.fail(fault, times=3)
    run = run_now(issuer_source)

    assert (run.status, run.error_code) == ("failed", code)
    assert not IssuerList.objects.exists()
    assert LedgerRevision.objects.count() == 2
    issuer_source.refresh_from_db()
    assert issuer_source.last_check_code == code
    edinet.heal()
    assert run_now(issuer_source).status == "completed"


def half_a_list(source: DataSource, edinet: FakeEdinet) -> SyncRun:
    edinet.publish(MARCH, [*BEHIND, *MANY])
    run_now(source)
    edinet.publish(APRIL, [*BEHIND, *MANY[:90]])
    return run_now(source)


def test_half_a_list_waits_for_a_person_and_nothing_changes(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    run = half_a_list(issuer_source, edinet)

    assert (run.status, run.error_code, run.date_in_force) == ("needs_review", "TOO_FEW_FILERS", APRIL)
    assert (run.review or {})["details"]["kept"] == 94
    assert "強制的に取り込めます" in run.error_message
    assert IssuerList.objects.count() == 1
    assert can_be_approved(run)
    assert not is_due(issuer_source, timezone.now() + timedelta(days=30))


def test_what_was_approved_is_applied_exactly_without_asking_again(
    issuer_source: DataSource, edinet: FakeEdinet
) -> None:
    run = half_a_list(issuer_source, edinet)
    approve_run(run, approved_by="operator", reason="正しい", confirmed={})
    execute_run(run.pk)

    run.refresh_from_db()
    assert (run.status, run.is_forced, run.approval_reason) == ("completed", True, "正しい")
    assert list(IssuerList.objects.values_list("date_in_force", "row_count")) == [(APRIL, 94), (MARCH, 202)]
    assert len(edinet.requests) == 2


def test_what_was_rejected_is_asked_for_again(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    cancel_run(half_a_list(issuer_source, edinet), cancelled_by="operator")

    assert run_now(issuer_source).status == "needs_review"


def test_a_later_good_list_settles_what_waits(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    held = half_a_list(issuer_source, edinet)
    edinet.publish(APRIL, [*BEHIND, *MANY])
    run_now(issuer_source)

    held.refresh_from_db()
    assert (held.status, held.error_message) == ("cancelled", "後の一覧が取り込まれました。")


def test_an_older_list_that_is_approved_leaves_a_newer_one_waiting(
    issuer_source: DataSource, edinet: FakeEdinet
) -> None:
    older = half_a_list(issuer_source, edinet)
    edinet.publish(MAY, [*BEHIND, *MANY[:80]])
    newer = run_now(issuer_source)
    approve_run(older, approved_by="operator", reason="正しい", confirmed={})
    execute_run(older.pk)

    newer.refresh_from_db()
    assert (newer.status, newer.date_in_force) == ("needs_review", MAY)


def test_a_list_that_nobody_can_take_does_not_keep_the_next_from_being_fetched(
    issuer_source: DataSource, edinet: FakeEdinet
) -> None:
    edinet.publish(MARCH, [*BEHIND, make_row(2144)])
    assert (run_now(issuer_source).status, is_due(issuer_source, timezone.now())) == ("needs_review", True)


def test_a_list_with_a_code_twice_cannot_be_approved(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    edinet.publish(MARCH, [*BEHIND, make_row(2144)])
    run = run_now(issuer_source)

    assert (run.status, run.error_code, run.listing) == ("needs_review", "DUPLICATE_EDINET_CODE", None)
    assert not can_be_approved(run)


def test_the_schedule_fetches_weekly_once_the_source_is_enabled(issuer_source: DataSource) -> None:
    assert PeriodicTask.objects.get(task="syncjobs.tasks.refresh_issuers").name == "EDINET コード一覧の取得"
    DataSource.objects.filter(pk=issuer_source.pk).update(is_enabled=False)
    refresh_issuers()
    assert not SyncRun.objects.exists()

    DataSource.objects.filter(pk=issuer_source.pk).update(is_enabled=True)
    refresh_issuers()
    refresh_issuers()  # while the first still waits
    run = SyncRun.objects.get()
    assert (run.kind, run.status, run.requested_by) == ("issuers", "queued", "定期実行")
    execute_run(run.pk)
    refresh_issuers()
    assert SyncRun.objects.count() == 1


def test_a_week_later_and_after_a_failure_it_is_due_again(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    assert is_due(issuer_source, timezone.now())
    edinet.fail("html")
    run_now(issuer_source)
    assert is_due(issuer_source, timezone.now())

    run_now(issuer_source)
    assert not is_due(issuer_source, timezone.now() + timedelta(days=6))
    assert is_due(issuer_source, timezone.now() + timedelta(days=7))


def test_one_run_at_a_time_and_only_of_a_source_that_has_issuers(issuer_source: DataSource, source: DataSource) -> None:
    start_issuer_run(issuer_source, requested_by="test")

    with pytest.raises(SyncAlreadyRunning):
        start_issuer_run(issuer_source, requested_by="test")
    with pytest.raises(SourceNotUsable, match="発行体の一覧がありません"):
        start_issuer_run(source, requested_by="test")
    with pytest.raises(SourceNotUsable):
        start_listing_run(issuer_source, requested_by="test")


def test_the_database_refuses_a_day_for_such_a_run(issuer_source: DataSource) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SyncRun.objects.create(source=issuer_source, kind="issuers", requested_date=MARCH, requested_by="test")


def test_a_run_whose_worker_died_after_applying_is_completed(issuer_source: DataSource) -> None:
    run = run_now(issuer_source)
    SyncRun.objects.filter(pk=run.pk).update(
        status="running", completed_at=None, heartbeat_at=timezone.now() - timedelta(hours=1)
    )
    reap_runs(timezone.now())

    run.refresh_from_db()
    assert (run.status, run.date_in_force, run.total_companies) == ("completed", MARCH, 4)


@commits
def test_a_worker_does_it(worker: Worker, issuer_source: DataSource) -> None:
    run = start_issuer_run(issuer_source, requested_by="test")

    assert wait_for_end(run).status == "completed"
    assert IssuerList.objects.count() == 1


def test_the_page_of_a_run_and_of_its_source(
    issuer_source: DataSource, edinet: FakeEdinet, admin_client: Client
) -> None:
    held = half_a_list(issuer_source, edinet)
    page = admin_client.get(f"/admin/syncjobs/syncrun/{held.pk}/change/").content.decode()
    assert "最も近い EDINET コード一覧" in page
    assert "差分の全件" not in page
    assert "承認して取り込む" in page

    source_page = admin_client.get(f"/admin/datasources/datasource/{issuer_source.pk}/change/").content.decode()
    assert "今すぐ取得" in source_page
    answer = admin_client.post(f"/admin/syncjobs/syncrun/{held.pk}/approve/", {"reason": ""})
    assert "この項目は必須です" in answer.content.decode()
    admin_client.post(f"/admin/syncjobs/syncrun/{held.pk}/approve/", {"reason": "確かめた"})
    execute_run(held.pk)
    page = admin_client.get(f"/admin/syncjobs/syncrun/{held.pk}/change/").content.decode()
    assert "2024-04-05 の EDINET コード一覧" in page
    assert "提出者 94 件（新しい発行体 0" in page


def test_an_operator_starts_one_by_a_click_and_repeats_it(issuer_source: DataSource, admin_client: Client) -> None:
    admin_client.post(f"/admin/syncjobs/syncrun/fetch-issuers/{issuer_source.pk}/")
    run = SyncRun.objects.get()
    execute_run(run.pk)
    admin_client.post(f"/admin/syncjobs/syncrun/{run.pk}/repeat/")

    assert list(SyncRun.objects.values_list("kind", flat=True)) == ["issuers", "issuers"]
    page = admin_client.get("/admin/syncjobs/syncrun/").content.decode()
    assert "提出者 4 件（新しい発行体 3、発行体の情報が変わった銘柄 3）" in page


def test_the_api_tells_and_approves_them(issuer_source: DataSource, edinet: FakeEdinet) -> None:
    held = half_a_list(issuer_source, edinet)
    headers: dict[str, Any] = {"X-API-Key": create_api_key(name="sync", scopes=["read", "sync"])[1]}
    client = Client(headers=headers)

    told = client.get(f"/api/v1/companies/sync/runs/{held.pk}").json()
    assert (told["kind"], told["status"], told["review"]["reason"]) == ("issuers", "needs_review", "too_few_filers")
    assert client.get("/api/v1/companies/sync/status").json()["current_sync"] is None
    answer = client.post(
        f"/api/v1/companies/sync/runs/{held.pk}/approve", {"reason": "確かめた"}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["status"]) == (200, "queued")
    told = client.get("/api/v1/datasources").json()["datasources"]
    assert [one["provider"] for one in told] == ["edinet", "jpx", "yahoo"]
