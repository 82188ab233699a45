"""Many days by J-Quants' bulk files: the same ledger with fewer requests, and by the API wherever a file cannot be trusted."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from limits import RateLimitItemPerSecond

from api.keys import create_api_key
from companies.ledger.history_proof import verify_history
from companies.models import Company, ListingEvent, ListingSnapshot
from datasources import rate_limit
from datasources.list_notes import explain_note
from datasources.models import DataSource
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, start_backfill, start_listing_run
from tests.factories import make_issue, make_source
from tests.fakes.jquants import FakeJquants, business_days
from tests.syncjobs.test_no_secrets import redis_contents, stored_rows
from tests.syncjobs.worker import Worker, wait_for_end, wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

#: In March and April.
DAYS = business_days(date(2025, 3, 24), 12)
MARCH, APRIL = DAYS[:6], DAYS[6:]


@pytest.fixture
def jquants(jquants: FakeJquants) -> Iterator[FakeJquants]:
    """Twelve business days, on each another of 40 companies is renamed, with files for their two months at a second host."""
    jquants.lists.clear()
    names = {str(1301 + step): f"会社{step}" for step in range(40)}
    for number, day in enumerate(DAYS):
        names[str(1301 + number)] = f"新会社{number}"
        jquants.publish(day, [make_issue(code, company_name=name) for code, name in names.items()])
    jquants.bulk.publish_months(jquants.lists)
    with jquants.bulk:
        yield jquants


@pytest.fixture
def source(worker: Worker, jquants: FakeJquants) -> DataSource:
    """One that takes bulk files."""
    return make_source(jquants, uses_bulk_files=True)


@pytest.fixture
def api() -> Client:
    headers: Any = {"X-API-Key": create_api_key(name="t", scopes=["read", "sync"])[1]}
    return Client(headers=headers)


def backfill(source: DataSource, first: date = DAYS[0], last: date = DAYS[-1]) -> SyncRun:
    return wait_for_end(start_backfill(source, first=first, last=last, requested_by="test"))


def asked_days(jquants: FakeJquants) -> list[str]:
    return [seen.query["date"] for seen in jquants.calls("/master")]


def notes(run: SyncRun) -> list[str]:
    return [explain_note(note) for note in run.notes or []]


def ledger() -> list[Any]:
    return [
        list(ListingSnapshot.objects.order_by("date_in_force").values_list("date_in_force", "sha256", "source")),
        list(
            ListingEvent.objects.order_by("event_date", "event_type", "code").values_list(
                "event_date", "event_type", "code"
            )
        ),
    ]


def test_files_give_the_ledger_that_the_api_gives_with_a_third_of_the_requests(
    source: DataSource, jquants: FakeJquants
) -> None:
    run = backfill(source)
    by_files = ledger()

    assert (run.status, run.done, run.total, run.error_message) == ("completed", 12, 12, "")
    assert (run.new_companies, run.updated_companies) == (40, 11)
    assert asked_days(jquants) == [str(day) for day in (MARCH[0], MARCH[-1], APRIL[0], APRIL[-1])]
    assert len(jquants.calls("/bulk/list")) == 1
    assert jquants.calls("/bulk/list")[0].query == {"endpoint": "/equities/master"}
    assert len(jquants.calls("/bulk/get")) == len(jquants.bulk.requests) == 2
    assert notes(run) == [
        "一括ファイル 2 個から 8 日分を取得し、4 日分は 1 日ずつ取得しました（ファイルと照合した日を含みます）。"
    ]
    assert {entry[2] for entry in by_files[0]} == {"jquants"}
    # The API's lists of the days that came from a file are the same: nothing is recorded.
    for day in (MARCH[2], APRIL[3]):
        assert wait_for_end(start_listing_run(source, day=day, requested_by="test")).unchanged_companies == 40
    assert ledger() == by_files
    assert verify_history() == []


def test_a_second_one_asks_for_no_file(source: DataSource, jquants: FakeJquants) -> None:
    backfill(source)
    jquants.requests.clear()
    jquants.bulk.requests.clear()

    run = backfill(source)

    assert (run.status, run.notes, jquants.bulk.requests) == ("completed", None, [])
    assert [seen.path for seen in jquants.requests] == ["/v2/markets/calendar"]


def test_a_file_of_no_use_is_told_on_the_page_and_by_the_api_and_nothing_is_missing(
    source: DataSource, jquants: FakeJquants, admin_client: Client, api: Client
) -> None:
    jquants.bulk.fail("another_name_last", path="202503")

    run = backfill(source)

    assert run.status == "completed"
    assert [note["code"] for note in run.notes or []] == ["BULK_FILE_REFUSED", "BULK_USED"]
    assert ListingSnapshot.objects.count() == 12
    assert not Company.objects.filter(company_name="別の会社").exists()
    words = "2025-03-31 の 1 銘柄が、API の一覧と異なります（例: 1340）。"
    assert words in admin_client.get(f"/admin/syncjobs/syncrun/{run.pk}/change/").content.decode()
    assert words in api.get(f"/api/v1/companies/sync/runs/{run.pk}").json()["notes"][0]
    in_english = api.get(f"/api/v1/companies/sync/runs/{run.pk}", headers={"Accept-Language": "en"}).json()["notes"]
    assert in_english[1] == (
        "Days taken from bulk files: 4 (files: 1). "
        "Days fetched one by one: 8 (those that files were compared with among them)."
    )


def test_a_plan_without_files_is_no_failure(source: DataSource, jquants: FakeJquants) -> None:
    jquants.fail("not_in_plan", path="/bulk/list")

    run = backfill(source)

    assert (run.status, run.error_message, ListingSnapshot.objects.count()) == ("completed", "", 12)
    assert [note["code"] for note in run.notes or []] == ["BULK_UNAVAILABLE"]
    assert asked_days(jquants) == [str(day) for day in DAYS]


def test_it_is_cancelled_while_a_file_is_on_its_way(source: DataSource, jquants: FakeJquants) -> None:
    jquants.bulk.delay_seconds = 3
    run = start_backfill(source, first=DAYS[0], last=DAYS[-1], requested_by="test")
    wait_until(lambda: len(jquants.bulk.requests) == 1)

    cancel_run(run, cancelled_by="operator")
    wait_for_end(run)

    assert (run.status, ListingSnapshot.objects.count()) == ("cancelled", 0)
    assert not run.children.filter(status="running").exists()


def test_after_a_killed_worker_the_next_one_goes_on_with_the_days_that_are_missing(
    own_worker: Worker, jquants: FakeJquants
) -> None:
    source = make_source(jquants, uses_bulk_files=True)
    jquants.bulk.delay_seconds = 0.1
    run = start_backfill(source, first=DAYS[0], last=DAYS[-1], requested_by="test")
    wait_until(lambda: len(jquants.bulk.requests) == 1)
    jquants.bulk.delay_seconds = 30  # of the second file
    wait_until(lambda: len(jquants.bulk.requests) == 2, own_worker.log)
    own_worker.kill()
    jquants.bulk.delay_seconds = 0
    assert ListingSnapshot.objects.count() == 6

    reap_runs(timezone.now() + timedelta(seconds=31))
    own_worker.start()
    again = wait_for_end(SyncRun.objects.get(retry_of=run))

    assert (again.status, again.done) == ("completed", 12)
    assert list(ListingSnapshot.objects.order_by("date_in_force").values_list("date_in_force", flat=True)) == DAYS
    assert ["202503" in seen.path for seen in jquants.bulk.requests] == [True, False, False]


def test_each_question_counts_for_the_plans_limit(source: DataSource, jquants: FakeJquants) -> None:
    """On Light sixty a minute: the calendar, the list of files, two addresses, four days to compare."""
    DataSource.objects.update(plan="light")

    backfill(source)

    assert len(jquants.requests) == 8
    limit = RateLimitItemPerSecond(60, 61)
    used = rate_limit._limiter(str(settings.CACHES["state"]["LOCATION"])).get_window_stats(
        limit, f"jquants:{source.pk}"
    )
    assert used.remaining == 52


def test_the_signed_url_is_written_nowhere(
    own_worker: Worker, jquants: FakeJquants, admin_client: Client, api: Client
) -> None:
    source = make_source(jquants, uses_bulk_files=True)
    jquants.bulk.fail("cut", path="202503")
    jquants.bulk.fail("expired", times=2, path="202504")
    run = backfill(source)

    told = [
        admin_client.get(f"/admin/syncjobs/syncrun/{run.pk}/change/").content.decode(),
        api.get(f"/api/v1/companies/sync/runs/{run.pk}").content.decode(),
        own_worker.log(), *stored_rows(), *redis_contents(),
    ]  # fmt: skip
    assert len(jquants.bulk.requests) == 4
    assert "jquants_bulk_download" in own_worker.log()
    assert not [text for text in told if "signature-secret" in text or jquants.bulk.address() in text]
