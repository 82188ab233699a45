"""Synchronisation over REST."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from api.keys import create_api_key
from datasources.models import DataSource
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.runs import claim_run, start_backfill, start_listing_run
from tests.conftest import FEBRUARY, MARCH
from tests.fakes.jquants import API_KEY, FakeJquants

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

SYNC = "/api/v1/companies/sync"


def with_scopes(*scopes: str) -> Client:
    headers: dict[str, Any] = {"X-API-Key": create_api_key(name="automation", scopes=scopes)[1]}
    return Client(headers=headers)


@pytest.fixture
def operator(transactional_db: None) -> Client:
    return with_scopes("sync")


def post(client: Client, path: str = SYNC, body: Any = None) -> Any:
    return client.post(path, body if body is not None else {}, content_type="application/json")


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_sync_is_started_watched_and_found_in_the_history(
    operator: Client, source: DataSource, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    started = post(operator, body={"date": "2024-03-29"})
    run = SyncRun.objects.get()

    assert started.status_code == 201
    assert (started.json()["sync_id"], started.json()["status"]) == (str(run.pk), "queued")
    assert datetime.fromisoformat(started.json()["started_at"]) == run.started_at
    assert operator.get("/api/v1/companies/sync/status").json()["last_successful_sync"] is None

    execute_run(run.pk)
    # The key, the current run, the latest run, the last good one.
    with django_assert_num_queries(4):
        status = operator.get("/api/v1/companies/sync/status").json()

    assert status["current_sync"] == status["last_successful_sync"]
    assert {name: status["current_sync"][name] for name in (
        "sync_id", "status", "phase", "progress", "total_companies", "new_companies", "updated_companies", "date_in_force",
        "requested_date", "source", "error_code",
    )} == {
        "sync_id": str(run.pk), "status": "completed", "phase": "ended", "progress": 100, "total_companies": 40,
        "new_companies": 40, "updated_companies": 0, "date_in_force": "2024-03-29", "requested_date": "2024-03-29",
        "source": "J-Quants v2", "error_code": "",
    }  # fmt: skip
    runs = operator.get("/api/v1/companies/sync/runs").json()
    assert (runs["total"], [row["sync_id"] for row in runs["runs"]]) == (1, [str(run.pk)])
    assert run.requested_by.startswith("API: automation（mgr_")


def test_while_one_runs_the_answer_is_its_id(operator: Client, source: DataSource) -> None:
    first = post(operator).json()["sync_id"]
    second = post(operator, body={"force_update": True})

    assert error_of(second) == (409, "SYNC_ALREADY_RUNNING")
    assert second.json()["error"]["details"] == {"sync_id": first}
    assert operator.get("/api/v1/companies/sync/status").json()["current_sync"]["sync_id"] == first


@pytest.mark.parametrize("name", ["J-Quants v2", "jquants"])
def test_a_source_is_named_by_itself_or_by_its_provider(name: str, operator: Client, source: DataSource) -> None:
    assert post(operator, body={"source": name}).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"date": "2007-01-01"}, "date"),
        ({"date": "2999-01-01"}, "date"),
        ({"date": "きのう"}, "date"),
        ({"force_update": "perhaps"}, "force_update"),
        ({"source": "nobody"}, "source"),
        ({"dates": "2024-03-29"}, "dates"),
        (["2024-03-29"], "body"),
    ],
)
def test_what_is_wrong_with_a_body_is_named(body: Any, field: str, operator: Client, source: DataSource) -> None:
    answer = post(operator, body=body)

    assert error_of(answer) == (400, "VALIDATION_ERROR")
    assert list(answer.json()["error"]["details"]) == [field]
    assert SyncRun.objects.count() == 0


def test_a_body_that_is_no_json_or_no_body_at_all(operator: Client, source: DataSource) -> None:
    assert error_of(operator.post(SYNC, "{", content_type="application/json")) == (400, "VALIDATION_ERROR")
    assert error_of(operator.post(SYNC, "a=b", content_type="text/plain")) == (415, "UNSUPPORTED_MEDIA_TYPE")
    assert operator.post(SYNC, "", content_type="application/json").status_code == 201


def test_without_a_source_that_is_enabled_the_remedy_is_told(operator: Client, source: DataSource) -> None:
    DataSource.objects.update(is_enabled=False)
    answer = post(operator)

    assert error_of(answer) == (409, "DATA_SOURCE_NOT_USABLE")
    assert "管理画面の「データソース」" in answer.json()["error"]["message"]
    assert error_of(post(operator, body={"source": "jquants"})) == (409, "DATA_SOURCE_NOT_USABLE")


def test_reading_needs_a_scope_and_starting_needs_sync(source: DataSource) -> None:
    reader = with_scopes("read")
    run = start_listing_run(source, requested_by="test")

    assert reader.get("/api/v1/companies/sync/status").status_code == 200
    for path in (SYNC, f"{SYNC}/runs/{run.pk}/cancel", f"{SYNC}/runs/{run.pk}/approve"):
        assert error_of(post(reader, path)) == (403, "PERMISSION_DENIED")
        assert error_of(post(Client(), path)) == (401, "INVALID_API_KEY")


def test_staff_may_start_from_the_docs_only_with_the_right_to(source: DataSource) -> None:
    looker, chief = Client(), Client()
    looker.force_login(User.objects.create_user("looker", is_staff=True))
    chief.force_login(User.objects.create_superuser("chief"))

    assert looker.get("/api/v1/companies/sync/runs").status_code == 200
    assert error_of(post(looker)) == (403, "PERMISSION_DENIED")
    assert post(chief).status_code == 201


def test_a_run_is_cancelled_once(operator: Client, source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    path = f"/api/v1/companies/sync/runs/{run.pk}/cancel"

    cancelled = post(operator, path)

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert error_of(post(operator, path)) == (409, "SYNC_NOT_CANCELLABLE")


def test_a_day_of_a_backfill_is_not_cancelled_by_itself(operator: Client, source: DataSource) -> None:
    parent = start_backfill(source, first=FEBRUARY, last=MARCH, requested_by="test")
    claim_run(parent.pk)
    day = SyncRun.objects.create(source=source, parent=parent, status="running", requested_by="test")

    assert error_of(post(operator, f"{SYNC}/runs/{day.pk}/cancel")) == (409, "SYNC_NOT_CANCELLABLE")
    days = operator.get(f"/api/v1/companies/sync/runs?parent={parent.pk}").json()["runs"]
    assert [row["sync_id"] for row in days] == [str(day.pk)]


def test_a_doubtful_list_is_explained_and_approved(operator: Client, source: DataSource, jquants: FakeJquants) -> None:
    execute_run(start_listing_run(source, day=FEBRUARY, requested_by="test").pk)
    jquants.fail("truncated")
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)

    told = operator.get(f"/api/v1/companies/sync/runs/{run.pk}").json()
    assert (told["status"], told["error_code"]) == ("needs_review", "TOO_FEW_ROWS")
    assert told["review"]["event_counts"] == {"delisted": 20, "renamed": 1}

    consent = {"reason": "取引所に確認済み", "delisted": 20}
    approved = post(operator, f"/api/v1/companies/sync/runs/{run.pk}/approve", consent)
    assert (approved.status_code, approved.json()["status"]) == (200, "queued")
    execute_run(run.pk)

    told = operator.get(f"/api/v1/companies/sync/runs/{run.pk}").json()
    assert (told["status"], told["deactivated_companies"], told["force_update"]) == ("completed", 20, True)
    assert error_of(post(operator, f"{SYNC}/runs/{run.pk}/approve")) == (409, "SYNC_NOT_APPROVABLE")


@pytest.mark.parametrize(
    ("body", "error", "details"),
    [
        ({}, (400, "VALIDATION_ERROR"), ["reason"]),
        ({"reason": "確認済み"}, (400, "VALIDATION_ERROR"), ["delisted"]),
        ({"delisted": 20}, (400, "VALIDATION_ERROR"), ["reason"]),
        ({"reason": " ", "delisted": 20}, (400, "VALIDATION_ERROR"), ["reason"]),
        ({"reason": "確認済み", "delisted": "二十"}, (400, "VALIDATION_ERROR"), ["delisted"]),
        ({"reason": "確認済み", "delisted": True}, (400, "VALIDATION_ERROR"), ["delisted"]),
        ({"reason": "確認済み", "delisted": 20, "force": True}, (400, "VALIDATION_ERROR"), ["force"]),
        ({"reason": "確認済み", "delisted": 19}, (409, "SYNC_FIGURES_DIFFER"), ["delisted"]),
        ({"reason": "確認済み", "delisted": 20, "renamed": 7}, (409, "SYNC_FIGURES_DIFFER"), ["renamed"]),
    ],
)
def test_no_program_approves_without_having_counted(
    body: Any, error: tuple[int, str], details: list[str], operator: Client, source: DataSource, jquants: FakeJquants
) -> None:
    execute_run(start_listing_run(source, day=FEBRUARY, requested_by="test").pk)
    jquants.fail("truncated")
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)

    answer = post(operator, f"{SYNC}/runs/{run.pk}/approve", body)

    assert error_of(answer) == error
    assert list(answer.json()["error"]["details"]) == details
    assert operator.get(f"{SYNC}/runs/{run.pk}").json()["status"] == "needs_review"


def test_who_decided_is_told_with_the_run(operator: Client, source: DataSource, jquants: FakeJquants) -> None:
    execute_run(start_listing_run(source, day=FEBRUARY, requested_by="test").pk)
    approved, rejected = (start_and_review(source, jquants) for _ in range(2))
    cancelled = start_listing_run(source, requested_by="test")
    post(operator, f"{SYNC}/runs/{cancelled.pk}/cancel")
    post(operator, f"{SYNC}/runs/{rejected.pk}/cancel")
    post(operator, f"{SYNC}/runs/{approved.pk}/approve", {"reason": "確認済み", "delisted": 20, "renamed": 1})

    runs = {row["sync_id"]: row for row in operator.get(f"{SYNC}/runs").json()["runs"]}
    told = [runs[str(run.pk)]["decision"] for run in (approved, rejected, cancelled)]

    assert [one.pop("decided_at") is not None for one in told] == [True] * 3
    assert all(one.pop("decided_by").startswith("API: automation") for one in told)
    assert told == [
        {"verdict": "approved", "reason": "確認済み", "confirmed_counts": {"delisted": 20, "renamed": 1}},
        {"verdict": "rejected", "reason": "", "confirmed_counts": {}},
        {"verdict": "cancelled", "reason": "", "confirmed_counts": {}},
    ]
    assert runs[str(rejected.pk)]["status"] == "cancelled"


def start_and_review(source: DataSource, jquants: FakeJquants) -> SyncRun:
    jquants.fail("truncated")
    run = start_listing_run(source, day=MARCH, requested_by="test")
    execute_run(run.pk)
    return run


def test_runs_are_filtered_by_status_and_paged(operator: Client, source: DataSource) -> None:
    for _ in range(3):
        run = start_listing_run(source, requested_by="test")
        post(operator, f"{SYNC}/runs/{run.pk}/cancel")
    start_listing_run(source, requested_by="test")

    page = operator.get("/api/v1/companies/sync/runs?status=cancelled,failed&limit=2&offset=2").json()
    wrong = operator.get("/api/v1/companies/sync/runs?status=done")

    assert (page["total"], len(page["runs"])) == (3, 1)
    assert error_of(wrong) == (400, "VALIDATION_ERROR")


def test_a_run_that_is_not_there(operator: Client) -> None:
    missing = f"{SYNC}/runs/00000000-0000-0000-0000-000000000000"

    assert error_of(operator.get(missing)) == (404, "SYNC_NOT_FOUND")
    assert error_of(post(operator, f"{missing}/cancel")) == (404, "SYNC_NOT_FOUND")
    assert error_of(operator.get(f"{SYNC}/runs/nothing")) == (404, "NOT_FOUND")


def test_sources_are_listed_with_their_health_and_without_their_secrets(
    client_with_key: Client, source: DataSource
) -> None:
    answer = client_with_key.get("/api/v1/datasources")

    assert answer.json() == {
        "datasources": [
            {
                "name": "EDINET", "provider": "edinet", "api_version": None, "plan": None,
                "requests_per_minute": 10, "is_enabled": False, "has_credentials": False, "health": "disabled",
                "last_checked_at": None, "last_check_message": "",
            },
            {
                "name": "JPX", "provider": "jpx", "api_version": None, "plan": None,
                "requests_per_minute": 10, "is_enabled": False, "has_credentials": False, "health": "disabled",
                "last_checked_at": None, "last_check_message": "",
            },
            {
                "name": "J-Quants v2", "provider": "jquants", "api_version": "v2", "plan": "unlimited",
                "requests_per_minute": None, "is_enabled": True, "has_credentials": True, "health": "unchecked",
                "last_checked_at": None, "last_check_message": "",
            },
            {
                "name": "Yahoo Finance", "provider": "yahoo", "api_version": None, "plan": None,
                "requests_per_minute": 60, "is_enabled": False, "has_credentials": False, "health": "disabled",
                "last_checked_at": None, "last_check_message": "",
            },
        ]
    }  # fmt: skip
    assert API_KEY not in answer.content.decode()


def test_a_company_is_not_mistaken_for_a_sync(operator: Client, client_with_key: Client) -> None:
    assert error_of(client_with_key.get("/api/v1/companies/sync")) == (405, "METHOD_NOT_ALLOWED")
