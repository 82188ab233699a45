"""Runs that refresh quotes: what they do, what each fault costs, how they go on, and who may start them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.models import Quote, QuoteGap
from companies.quotes.kept_quotes import record_gaps
from datasources.models import DataSource
from syncjobs.errors import SourceNotUsable, SyncAlreadyRunning
from syncjobs.execution import execute_run
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import cancel_run, start_backfill, start_listing_run, start_quote_run
from syncjobs.tasks import refresh_quotes, renew_tokens, sync_listings
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_codes, make_issue, make_list
from tests.fakes.yahoo import FakeYahoo
from tests.syncjobs.worker import Worker, wait_for_end, wait_until

pytestmark = pytest.mark.django_db
commits = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def ten_companies(db: None) -> None:
    """Ten large companies, one of them of a further class of share, and one small one."""
    apply_snapshot(
        MARCH, [*make_list(make_codes(9)), make_issue("25935"), make_issue("9999", scale_category="-")], "jpx"
    )


def run_now(source: DataSource) -> SyncRun:
    run = start_quote_run(source, requested_by="test")
    execute_run(run.pk)
    run.refresh_from_db()
    return run


def counts(run: SyncRun) -> tuple[int | None, ...]:
    return run.total_companies, run.updated_companies, run.unchanged_companies, run.uncovered_companies


def test_a_run_refreshes_its_universe_and_counts_what_is_not_covered(
    quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.unknown = {"1305.T"}
    run = run_now(quote_source)

    assert (run.status, run.kind, run.phase, run.done, run.total) == ("completed", "quotes", "ended", 10, 10)
    assert counts(run) == (10, 8, 0, 2)
    assert yahoo.symbols() == [f"{code}.T" for code in make_codes(9)]
    assert Quote.objects.count() == 8
    quote_source.refresh_from_db()
    assert quote_source.last_check_code == "OK"


def test_a_second_run_asks_for_nothing(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.unknown = {"1305.T"}
    run_now(quote_source)
    run = run_now(quote_source)

    assert (run.status, counts(run)) == ("completed", (10, 0, 8, 2))
    assert len(yahoo.requests) == 9


def test_the_universe_is_what_the_source_is_set_to(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    quote_source.quote_scale_categories = ["-"]
    quote_source.save()
    run_now(quote_source)

    assert yahoo.symbols() == ["9999.T"]


@pytest.mark.parametrize(
    ("fault", "code", "requests"),
    [
        # Asked three times for each of three companies, then left alone.
        ("500", "SERVER_ERROR", 9),
        pytest.param("timeout", "TIMEOUT", 9, marks=pytest.mark.silence),
        ("cut", "UNREACHABLE", 9),
        # Three times with the pause between them.
        ("429", "RATE_LIMITED", 3),
        # Other companies would fare the same.
        ("html", "CONSENT_PAGE", 1),
        ("redirect", "CONSENT_PAGE", 1),
        ("invalid_json", "UNEXPECTED_RESPONSE", 1),
        ("401", "FORBIDDEN", 1),
        ("no_price", "INVALID_QUOTE", 3),
    ],
)
def test_a_fault_that_stays_ends_the_run_with_few_requests_and_loses_nothing(
    fault: str, code: str, requests: int, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    run_now(quote_source)
    before = list(Quote.objects.order_by("pk").values())
    Quote.objects.update(fetched_at=timezone.now() - timedelta(days=4))
    yahoo.requests.clear()
    yahoo.fail(fault, times=1000)

    run = run_now(quote_source)

    assert (run.status, run.error_code) == ("failed", code)
    assert len(yahoo.requests) == requests
    assert [{**row, "fetched_at": None} for row in Quote.objects.order_by("pk").values()] == [
        {**row, "fetched_at": None} for row in before
    ]
    quote_source.refresh_from_db()
    assert quote_source.last_check_code == code


def test_a_run_that_failed_goes_on_where_it_stopped(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.fail("html", path="1304.T")
    first = run_now(quote_source)
    second = run_now(quote_source)

    assert (first.status, Quote.objects.count()) == ("failed", 9)
    assert (second.status, counts(second)) == ("completed", (10, 6, 3, 1))
    assert yahoo.symbols() == [f"{code}.T" for code in [*make_codes(4), *make_codes(6, first=1304)]]


def test_one_company_that_cannot_be_read_does_not_hold_up_the_others(
    quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.fail("no_price", path="1303.T")
    yahoo.fail("500", path="1306.T", times=3)
    run = run_now(quote_source)

    assert (run.status, run.error_code, counts(run)) == ("failed", "QUOTES_LEFT", (10, 7, 0, 1))
    assert "10 銘柄のうち 2 銘柄の株価を取得できませんでした（1303、1306）" in run.error_message
    assert "「regularMarketPrice」" in run.error_message
    assert Quote.objects.count() == 7


@commits
def test_a_run_is_cancelled_between_two_companies(worker: Worker, quote_source: DataSource, yahoo: FakeYahoo) -> None:
    yahoo.delay_seconds = 0.4
    run = start_quote_run(quote_source, requested_by="test")
    wait_until(lambda: len(yahoo.requests) > 1, worker.log)
    run.refresh_from_db()
    assert (run.phase, run.total) == ("quotes", 10)
    cancel_run(run, cancelled_by="operator")
    wait_for_end(run)

    assert run.status == "cancelled"
    assert 1 <= Quote.objects.count() < 9


@commits
def test_a_worker_that_is_killed_loses_nothing_and_the_retry_goes_on(
    own_worker: Worker, quote_source: DataSource, yahoo: FakeYahoo
) -> None:
    yahoo.delay_seconds = 0.2
    run = start_quote_run(quote_source, requested_by="test")
    wait_until(lambda: Quote.objects.count() >= 3, own_worker.log)
    own_worker.kill()
    kept = Quote.objects.count()
    asked = len(yahoo.requests)
    yahoo.delay_seconds = 0.0

    assert reap_runs(timezone.now() + timedelta(seconds=31)) == 1
    retry = SyncRun.objects.get(retry_of=run)
    execute_run(retry.pk)
    retry.refresh_from_db()

    assert (retry.status, counts(retry)) == ("completed", (10, 9 - kept, kept, 1))
    assert len(yahoo.requests) - asked == 9 - kept
    assert Quote.objects.count() == 9


def test_one_refresh_at_a_time(quote_source: DataSource) -> None:
    first = start_quote_run(quote_source, requested_by="test")

    with pytest.raises(SyncAlreadyRunning) as caught:
        start_quote_run(quote_source, requested_by="test")
    assert caught.value.run_id == first.pk


def test_lists_and_quotes_run_side_by_side(quote_source: DataSource, source: DataSource) -> None:
    start_quote_run(quote_source, requested_by="test")

    assert start_listing_run(source, requested_by="test").status == "queued"


def test_the_schedule_does_nothing_until_somebody_wants_quotes(quote_source: DataSource) -> None:
    DataSource.objects.filter(pk=quote_source.pk).update(is_enabled=False)
    refresh_quotes()
    assert SyncRun.objects.count() == 0

    DataSource.objects.filter(pk=quote_source.pk).update(is_enabled=True)
    refresh_quotes()
    refresh_quotes()
    assert [(run.kind, run.requested_by) for run in SyncRun.objects.all()] == [("quotes", "定期実行")]


def test_a_disabled_source_refuses(quote_source: DataSource) -> None:
    quote_source.is_enabled = False

    with pytest.raises(SourceNotUsable, match="無効です"):
        start_quote_run(quote_source, requested_by="test")


def test_what_is_about_lists_never_takes_the_source_of_quotes(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    with pytest.raises(SourceNotUsable, match="銘柄の一覧がありません"):
        start_listing_run(quote_source, requested_by="test")
    with pytest.raises(SourceNotUsable, match="銘柄の一覧がありません"):
        start_backfill(quote_source, first=FEBRUARY, last=MARCH, requested_by="test")
    DataSource.objects.update(api_version="v1")
    sync_listings()
    renew_tokens()

    assert SyncRun.objects.count() == 0
    assert yahoo.requests == []


@pytest.mark.parametrize("named", ["yahoo", "Yahoo Finance"])
def test_a_sync_over_rest_refuses_it_by_name(named: str, quote_source: DataSource) -> None:
    headers: Any = {"X-API-Key": create_api_key(name="t", scopes=["sync"])[1]}
    answer = Client(headers=headers).post(
        "/api/v1/companies/sync", {"source": named}, content_type="application/json"
    )  # fmt: skip

    assert answer.status_code == 400
    assert "銘柄の一覧がありません" in answer.json()["error"]["details"]["source"][0]


def test_the_status_of_synchronisation_is_that_of_lists(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    run = run_now(quote_source)
    headers: Any = {"X-API-Key": create_api_key(name="t", scopes=["sync"])[1]}
    client = Client(headers=headers)

    assert client.get("/api/v1/companies/sync/status").json()["last_successful_sync"] is None
    (row,) = client.get("/api/v1/companies/sync/runs").json()["runs"]
    assert (row["sync_id"], row["kind"], row["uncovered_companies"]) == (str(run.pk), "quotes", 1)


def test_a_company_missing_a_while_ago_is_asked_for_again(quote_source: DataSource, yahoo: FakeYahoo) -> None:
    record_gaps(["1301"], noticed_at=timezone.now() - timedelta(days=2))
    run_now(quote_source)

    assert "1301.T" in yahoo.symbols()
    assert list(QuoteGap.objects.values_list("company__code", flat=True)) == ["25935"]


def test_the_database_knows_one_source_of_quotes_and_no_dates_of_their_runs(quote_source: DataSource) -> None:
    with pytest.raises(IntegrityError, match="uq_data_sources_yahoo"), transaction.atomic():
        DataSource.objects.create(name="second", provider="yahoo")
    with pytest.raises(IntegrityError, match="ck_sync_runs_range"), transaction.atomic():
        SyncRun.objects.create(source=quote_source, kind="quotes", requested_date=MARCH, requested_by="test")
    with pytest.raises(IntegrityError, match="ck_data_sources_requests"), transaction.atomic():
        DataSource.objects.update(requests_per_minute=0)
