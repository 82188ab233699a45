"""`/metrics`: who may read it, and what one process says."""

import re
from datetime import UTC, date, datetime, time, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import timezone
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from api.metrics import REQUESTS, of_request
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.snapshots import apply_snapshot
from companies.models import HistoryProof, LedgerRevision
from datasources.models import DataSource
from operations.query_times import time_queries
from operations.stored_state import StoredState
from operations.worker_exporter import answer
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from syncjobs.sync_state import source_states
from syncjobs.tasks import reconcile_official_days
from tests.factories import make_issue

TOKEN = "scraper-token-2026"
NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture(autouse=True)
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_ALLOWED_NETWORKS = []


def scrape(client: Client, **extra: Any) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Samples by name and labels."""
    response = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, **extra)
    assert response.status_code == 200
    return read(response.content)


def read(text: bytes) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(text.decode())
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in families for s in family.samples}


def stored() -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    registry = CollectorRegistry()
    registry.register(StoredState())
    return read(generate_latest(registry))


@pytest.mark.django_db
def test_every_name_of_the_contract_is_there(client: Client, two_lists: None) -> None:
    client.get("/admin/login/")
    reconcile_official_days()

    names = {name for name, _ in scrape(client)}

    # What has labels appears with its first count: see tests/local/test_operations.py.
    assert names >= {
        "jquants_response_time_seconds_bucket", "db_query_duration_seconds_bucket",
        "db_connections_active", "active_companies", "latest_snapshot_timestamp_seconds", "component_up", "reconciliation_differences",
        "celery_queue_length", "sync_runs_open", "jquants_token_renewals_total",
        "django_http_requests_before_middlewares_total",
    }  # fmt: skip


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer wrong", f"Basic {TOKEN}", TOKEN, "Bearer ｔｏｋｅｎ"])
def test_it_is_closed_without_the_token(client: Client, header: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": header.encode("utf-8").decode("latin-1")})

    assert (answer.status_code, answer.content) == (403, b"forbidden\n")


def test_it_is_closed_where_nothing_is_set(client: Client, settings: Settings) -> None:
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "forwarded", "status"),
    [("10.1.2.3", "", 200), ("192.168.1.1", "", 403), ("192.168.1.1", "10.1.2.3", 403), ("not an address", "", 403)],
)
def test_an_allowed_network_needs_no_token_and_cannot_be_claimed(
    client: Client, settings: Settings, address: str, forwarded: str, status: int
) -> None:
    settings.METRICS_ALLOWED_NETWORKS = [ip_network("10.0.0.0/8")]

    answer = client.get("/metrics", REMOTE_ADDR=address, HTTP_X_FORWARDED_FOR=forwarded)

    assert answer.status_code == status


@pytest.mark.django_db
def test_probes_and_scraper_come_by_address_and_without_tls(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["meigara.example.com"]

    assert client.get("/healthz", HTTP_HOST="10.0.0.7:8000").status_code == 200
    assert ("component_up", (("component", "database"),)) in scrape(client, HTTP_HOST="10.0.0.7:8000")
    assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
def test_what_the_database_says_is_exact(two_lists: None, source: DataSource) -> None:
    ended = timezone.now() - timedelta(hours=3)
    make_run(source, RunStatus.COMPLETED, ended=ended)
    make_run(source, RunStatus.FAILED, ended=ended + timedelta(hours=1))
    make_run(source, RunStatus.NEEDS_REVIEW, ended=ended)
    make_run(source, RunStatus.RUNNING)

    found = stored()

    of_source = (("source", source.name),)
    assert found[("active_companies", ())] == 4
    assert found[("latest_snapshot_timestamp_seconds", ())] == datetime(2024, 3, 29, tzinfo=UTC).timestamp()
    assert found[("sync_last_success_timestamp_seconds", of_source)] == pytest.approx(ended.timestamp())
    assert found[("sync_last_run_failed", of_source)] == 1
    assert {s: found[("sync_runs_open", (("status", s),))] for s in ("queued", "running", "needs_review")} == {
        "queued": 0, "running": 1, "needs_review": 1,
    }  # fmt: skip
    assert found[("component_up", (("component", "worker"),))] == 0


def make_run(source: DataSource, status: RunStatus, *, ended: datetime | None = None) -> SyncRun:
    return SyncRun.objects.create(source=source, status=status, completed_at=ended, requested_by="t")


@pytest.mark.django_db
def test_differences_to_official_days_are_counted_by_whether_they_are_explained(two_lists: None) -> None:
    told = [("9984", date(2024, 3, 15)), ("1301", date(2024, 3, 15)), ("7203", date(2024, 6, 3))]
    import_official_dates([OfficialDay(code, "delisted", day) for code, day in told], origin="CSV")
    cache.delete("reconciliation")
    assert not [name for name, _ in stored() if name.startswith("reconciliation")], "a scrape counts nothing"
    reconcile_official_days()

    found = stored()

    differences = {labels: value for (name, labels), value in found.items() if name == "reconciliation_differences"}
    assert {(dict(labels)["kind"], dict(labels)["is_explained"]): value for labels, value in differences.items()} == {
        ("outside_interval", "true"): 0, ("outside_interval", "false"): 0, ("only_official", "true"): 1,
        ("only_official", "false"): 1, ("only_derived", "true"): 1, ("only_derived", "false"): 0,
    }  # fmt: skip
    assert found["reconciliation_agreeing", ()] == 1


@pytest.mark.django_db
def test_parts_that_are_away_are_named_and_the_rest_is_told(settings: Settings) -> None:
    settings.CACHES = {"default": {**django_settings.CACHES["default"], "LOCATION": NOBODY_THERE}}
    settings.CELERY_BROKER_URL = NOBODY_THERE

    found = stored()

    up = {dict(labels)["component"]: value for (name, labels), value in found.items() if name == "component_up"}
    assert up == {"database": 1, "cache": 0, "broker": 0, "worker": 0, "notifier": 0}
    assert ("active_companies", ()) in found
    assert not any(name == "celery_queue_length" for name, _ in found)


@pytest.mark.django_db
def test_each_statement_is_timed_once(client: Client) -> None:
    time_queries(None, connection)
    time_queries(None, connection)
    before = count_of_statements(client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")

    # The scrape's own statements are counted with the next one.
    own = count_of_statements(client) - before - 1
    assert count_of_statements(client) - before == 2 * own + 1


def count_of_statements(client: Client) -> float:
    return scrape(client)[("db_query_duration_seconds_count", ())]


@pytest.mark.parametrize(
    ("path", "header", "status"),
    [("/metrics", f"Bearer {TOKEN}", "200 OK"), ("/metrics", "", "403 Forbidden"), ("/", f"Bearer {TOKEN}", "404 Not Found")],
)  # fmt: skip
def test_the_workers_own_exporter_keeps_the_same_rule(path: str, header: str, status: str) -> None:
    told: list[str] = []
    environ = {"PATH_INFO": path, "HTTP_AUTHORIZATION": header, "REMOTE_ADDR": "127.0.0.1"}

    body = b"".join(answer(environ, lambda line, headers, exc_info=None: told.append(line)))  # type: ignore[arg-type]

    assert told == [status]
    assert (b"db_query_duration_seconds_bucket" in body) == (status == "200 OK")
    assert re.search(rb"component_up", body) is None


def test_methods_that_callers_make_up_are_one_series() -> None:
    before = {sample.labels["method"] for sample in next(iter(REQUESTS.collect())).samples}
    for number in range(50):
        of_request(f"MADE-UP-{number}", "-", 405)[0].inc()

    after = {sample.labels["method"] for sample in next(iter(REQUESTS.collect())).samples}
    assert after - before <= {"OTHER"}
    assert "OTHER" in after


@pytest.mark.django_db
def test_a_missing_day_is_told_by_its_date_also_where_nobody_decides_any_more(source: DataSource) -> None:
    DataSource.objects.filter(pk=source.pk).update(created_at=timezone.now() - timedelta(days=30))
    (state,) = source_states(timezone.now())
    of_source = (("source", source.name),)

    found = stored()

    assert len(state.missing) >= 15
    assert found[("listing_days_missing", of_source)] == len(state.missing)
    oldest = datetime.combine(state.missing[-1], time(), UTC).timestamp()
    assert found[("listing_oldest_missing_timestamp_seconds", of_source)] == oldest
    assert found[("listing_attempts", of_source)] == 0
    assert found[("sync_overdue_seconds", of_source)] > 0


@pytest.mark.django_db
def test_where_nothing_is_due_nothing_is_missing(source: DataSource) -> None:
    found = stored()
    of_source = (("source", source.name),)

    assert (found[("listing_days_missing", of_source)], found[("sync_overdue_seconds", of_source)]) == (0, 0)
    assert not any(name == "listing_oldest_missing_timestamp_seconds" for name, _ in found)


@pytest.mark.django_db
def test_the_proof_of_the_history_is_as_old_as_the_ledger_until_there_is_one() -> None:
    assert not any(name.startswith("history_proof") for name, _ in stored())
    apply_snapshot(date(2024, 2, 29), [make_issue()], "jpx")
    LedgerRevision.objects.update(recorded_at=timezone.now() - timedelta(days=3))
    before = stored()
    HistoryProof.objects.create(
        origin="command", started_at=timezone.now() - timedelta(hours=5), duration_seconds=1, since_revision=0,
        until_revision=1, difference_count=4,
    )  # fmt: skip
    after = stored()

    assert 3 * 86_400 <= before["history_proof_age_seconds", ()] < 3 * 86_400 + 100
    assert ("history_proof_differences", ()) not in before
    assert 5 * 3600 <= after["history_proof_age_seconds", ()] < 5 * 3600 + 100
    assert after["history_proof_differences", ()] == 4
