"""What a clock that was ahead has left behind, after it was put right: nothing waits for as long as it was ahead, and nothing is done twice."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_redis import get_redis_connection

from api.keys import create_api_key, hash_key
from api.turns import tries
from backups.retention import BackupPlan, is_due, last_until
from companies.quotes.trading_hours import is_fresh
from database.connections import database_now
from datasources.models import DataSource
from datasources.rate_limit import wait_for_turn
from subscriptions.deliveries.claiming import claim_due
from subscriptions.deliveries.clock_set_back import forget_the_future
from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.destinations.models import Destination
from syncjobs.models import SyncRun
from syncjobs.reaper import reap_runs
from syncjobs.runs import claim_run, start_listing_run
from tests.api.front import ask
from tests.datasources.test_rate_limit import Waited, refuse_to_wait
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import make_hook, plan, send_all

pytestmark = pytest.mark.django_db

PATH = "/api/v1/companies/markets"
NOW = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DAY_MS = 86_400_000


def redis_now() -> int:
    """In milliseconds since 1970."""
    seconds, microseconds = get_redis_connection("state").time()
    return int(seconds * 1000 + microseconds // 1000)


def window_of(key: str) -> tuple[str, list[str]]:
    name = f"meigara:window:{hash_key(key)}"
    return name, [entry.decode() for entry in get_redis_connection("state").lrange(name, 0, -1)]


def put_ahead(key: str, milliseconds: int) -> None:
    """As if all that was let through until now had been by a clock that was so far ahead."""
    name, entries = window_of(key)
    client = get_redis_connection("state")
    for place, entry in enumerate(entries):
        moment = entry.split("*")[0].split(":")[0]
        client.lset(name, place, f"{int(moment) + milliseconds}{entry[len(moment) :]}")


def test_a_full_window_opens_an_hour_after_a_clock_that_was_a_day_ahead_was_put_right() -> None:
    key = create_api_key(name="t", scopes=["read"], rate_limit_per_hour=3)[1]
    assert [ask(PATH, key=key).status for _ in range(3)] == [200] * 3
    put_ahead(key, DAY_MS)

    refused = ask(PATH, key=key)

    # Never more than the limit, and no longer than the window.
    assert refused.status == 429
    assert 3000 < int(refused.headers["retry-after"]) <= 3600
    _, entries = window_of(key)
    assert all(abs(int(entry.split(":")[0]) - redis_now()) < 60_000 for entry in entries)


def test_after_that_the_sum_of_what_was_let_through_is_still_exact() -> None:
    key = create_api_key(name="t", scopes=["read"], rate_limit_per_hour=5)[1]
    assert [ask(PATH, key=key).status for _ in range(3)] == [200] * 3
    put_ahead(key, DAY_MS)

    assert [ask(PATH, key=key).status for _ in range(3)] == [200, 200, 429]


def test_a_key_is_confirmed_within_a_minute_of_any_clock() -> None:
    key = create_api_key(name="t", scopes=["read"], rate_limit_per_hour=10)[1]
    ask(PATH, key=key)
    name = f"meigara:key:{hash_key(key)}"
    client = get_redis_connection("state")
    client.hset(name, "checked_at", redis_now() + DAY_MS)

    assert ask(PATH, key=key).status == 200

    assert abs(int(client.hget(name, "checked_at") or 0) - redis_now()) < 60_000


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_worker_that_died_while_the_clock_was_ahead_is_noticed_half_a_minute_after_it_was_put_right(
    source: DataSource,
) -> None:
    run = start_listing_run(source, requested_by="test")
    assert claim_run(run.pk) is not None
    now = database_now()
    SyncRun.objects.filter(pk=run.pk).update(heartbeat_at=now + HOUR)

    assert reap_runs(now) == 0
    assert reap_runs(now + timedelta(seconds=29)) == 0
    assert reap_runs(now + timedelta(seconds=31)) == 1
    assert SyncRun.objects.filter(retry_of=run).exists()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_run_whose_message_was_lost_then_is_told_of_again_after_two_minutes(source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    now = database_now()
    SyncRun.objects.filter(pk=run.pk).update(enqueued_at=now + DAY)

    reap_runs(now)
    assert SyncRun.objects.get(pk=run.pk).enqueued_at == now
    reap_runs(now + timedelta(minutes=2, seconds=1))

    assert SyncRun.objects.get(pk=run.pk).enqueued_at != now


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_pause_after_a_lost_worker_is_no_longer_for_it(source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    SyncRun.objects.filter(pk=run.pk).update(
        status="failed", error_code="WORKER_LOST", completed_at=database_now() + DAY
    )

    reap_runs(database_now())

    assert SyncRun.objects.filter(retry_of=run).exists()


def test_signs_of_life_are_by_the_databases_clock_whatever_the_workers_says(source: DataSource) -> None:
    run = start_listing_run(source, requested_by="test")
    before = database_now()
    taken: Any = claim_run(run.pk)

    assert before <= taken.heartbeat_at <= database_now()
    assert taken.claimed_at == taken.heartbeat_at


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as started:
        yield started


def put_off(hook: Destination, ahead: timedelta) -> None:
    """As if all attempts had been made by a clock that was so far ahead."""
    for attempt in DeliveryAttempt.objects.all():
        DeliveryAttempt.objects.filter(pk=attempt.pk).update(at=attempt.at + ahead)
    hook.refresh_from_db()
    Destination.objects.filter(pk=hook.pk).update(next_attempt_at=hook.next_attempt_at + ahead)


def test_who_was_told_while_the_clock_was_ahead_is_told_again_at_once(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    send_all()
    put_off(hook, DAY)
    waiting = plan(hook, 2)
    assert send_all().attempted == 0

    assert forget_the_future(database_now()) == 1
    assert forget_the_future(database_now()) == 0
    assert send_all().delivered == 1
    assert Delivery.objects.get(pk=waiting[0].pk).status == "delivered"


def test_a_pause_after_a_failure_stays_as_long_as_it_was_meant(receiver: Receiver) -> None:
    receiver.fail("error")
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    send_all()
    hook.refresh_from_db()
    meant = hook.next_attempt_at
    put_off(hook, DAY)

    forget_the_future(database_now())

    hook.refresh_from_db()
    assert timedelta(0) <= hook.next_attempt_at - meant < timedelta(minutes=1)


def test_a_claim_that_was_taken_then_ends_after_its_own_time(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    assert claim_due(1, is_failing=False)
    now = database_now()
    Destination.objects.filter(pk=hook.pk).update(claimed_until=now + DAY)

    assert forget_the_future(now) == 1

    hook.refresh_from_db()
    assert hook.claimed_until is not None
    assert hook.claimed_until - now < timedelta(minutes=10)
    assert claim_due(1, is_failing=False) == []


def test_a_source_is_asked_again_after_one_window_though_its_requests_were_noted_a_day_ahead(
    source: DataSource,
) -> None:
    source.plan = "free"
    for _ in range(5):
        wait_for_turn(source, refuse_to_wait)
    client = get_redis_connection("state")
    (name,) = list(client.scan_iter(f"meigara:limits*{source.provider}:{source.pk}*"))
    for place in range(5):
        client.lset(name, place, float(client.lindex(name, place) or 0) + 86_400)

    with pytest.raises(Waited):
        wait_for_turn(source, refuse_to_wait)

    wait_for_turn(source, refuse_to_wait)


def test_quotes_of_a_clock_that_was_a_day_ahead_are_fetched_again() -> None:
    assert is_fresh(NOW, NOW)
    assert is_fresh(NOW + timedelta(minutes=5), NOW)
    assert not is_fresh(NOW + DAY, NOW)


def test_a_backup_of_then_puts_none_off() -> None:
    plan_of_backups = BackupPlan(time(19, 30), 3, 31, None, 7)
    taken = [NOW - DAY, NOW + DAY]

    last = last_until(NOW, taken)

    assert last == NOW - DAY
    assert is_due(last, plan_of_backups, now=NOW, zone=UTC)
    assert not is_due(last_until(NOW, [*taken, NOW]), plan_of_backups, now=NOW, zone=UTC)


def test_probes_ask_the_database_for_no_turn_of_the_day(two_lists: None) -> None:
    """They come every few seconds from every machine; a page or a request for data does it."""
    tries.make_now_and_then(object())
    with CaptureQueriesContext(connection) as asked:
        for path in ("/healthz", "/metrics", "/readyz"):
            tries.make_now_and_then("another day than the next request's")
            before = len(asked)
            ask(path)
            assert "ledger_revisions" not in "".join(query["sql"] for query in asked.captured_queries[before:])
    with CaptureQueriesContext(connection) as asked:
        ask("/admin/login/")
    assert any("ledger_revisions" in query["sql"] for query in asked.captured_queries)
