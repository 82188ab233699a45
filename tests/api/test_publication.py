"""Every change is published: what was answered before it is answered no more, and nothing goes back."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django_redis import get_redis_connection
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.front.cached_routes import Built
from api.front.incoming_request import find_stage
from api.front.kept_answers import keep
from api.front.stages import ToBuild
from api.generations import Generations, publish_generations, read_generations
from api.keys import create_api_key
from api.models import DataGeneration
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from masters.models import Market
from tests.api.front import ask, environ_of
from tests.conftest import MARCH
from tests.factories import make_issue

BASE = "/api/v1/companies"
CACHED = [
    BASE, f"{BASE}?limit=2&offset=1", f"{BASE}?as_of=2024-02-29", f"{BASE}/7203", f"{BASE}/7203?as_of=2024-02-29",
    f"{BASE}/search?q=toyota", f"{BASE}/markets", f"{BASE}/sectors", f"{BASE}/sectors?type=17", f"{BASE}/7203/history",
    f"{BASE}/events", f"{BASE}/changes?from=2024-02-29&to=2024-03-29", f"{BASE}/sync/status", f"{BASE}/sync/runs",
]  # fmt: skip


@pytest.fixture
def key(two_lists: None) -> str:
    """A key that has been used before."""
    _, plain = create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=100_000)
    assert ask(f"{BASE}/markets", key=plain).status == 200
    return plain


def publishing(capture: DjangoCaptureOnCommitCallbacks, write: Callable[[], Any]) -> None:
    """Do what a transaction that commits does."""
    with capture(execute=True):
        write()


def test_after_every_kind_of_write_the_next_answer_is_fresh(
    key: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks, admin_client: Client
) -> None:
    capture = django_capture_on_commit_callbacks
    paths = [BASE, f"{BASE}/7201", f"{BASE}/search?q=7201", f"{BASE}/markets"]
    for path in paths:
        ask(path, key=key)

    renamed = make_issue("7201", company_name="日産ホールディングス")
    publishing(capture, lambda: apply_snapshot(date(2024, 4, 30), [renamed], "jpx", force=True))
    assert [ask(path, key=key).body.decode().count("日産ホールディングス") for path in paths] == [1, 1, 1, 0]

    market = Market.objects.get(code=renamed.market_code)
    publishing(
        capture,
        lambda: admin_client.post(
            f"/admin/masters/market/{market.pk}/change/",
            {"name": "新市場", "name_english": "New", "description": "", "display_order": 1, "is_active": "on"},
        ),
    )
    assert [ask(path, key=key).body.decode().count("新市場") for path in paths] == [1, 1, 1, 1]


def test_who_read_before_a_commit_leaves_nothing_behind(
    key: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """The reader asks, finds nothing, reads; a writer commits; only then the reader puts down what it read."""
    path = f"{BASE}/7201/history"
    reader = find_stage(environ_of(path, key=key))
    assert isinstance(reader, ToBuild)
    old = Client(headers={"X-API-Key": key}).get(path)

    renamed = make_issue("7201", company_name="日産ホールディングス")
    publishing(
        django_capture_on_commit_callbacks, lambda: apply_snapshot(date(2024, 4, 30), [renamed], "jpx", force=True)
    )
    keep(reader, reader.question, Built(old.content, old.headers["X-Data-State"]))

    assert "日産ホールディングス" in ask(path, key=key).body.decode()
    assert "日産ホールディングス" in ask(path, key=key).body.decode()


def test_a_reader_between_commit_and_publishing_does_no_harm_either(
    key: str, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """It may put new data under the old generation; what is published afterwards is read anew."""
    path = f"{BASE}?limit=4"
    with django_capture_on_commit_callbacks() as callbacks:
        apply_snapshot(date(2024, 4, 30), [make_issue("7201", company_name="日産ホールディングス")], "jpx", force=True)
    ask(path, key=key)
    for callback in callbacks:
        callback()

    assert "日産ホールディングス" in ask(path, key=key).body.decode()


def test_a_missed_publication_is_made_up_for_at_the_next_check_of_a_key(key: str) -> None:
    """The process died after its commit: nothing was published."""
    ask(BASE, key=key)
    apply_snapshot(date(2024, 4, 30), [make_issue("7201", company_name="日産ホールディングス")], "jpx", force=True)
    assert "日産ホールディングス" not in ask(BASE, key=key).body.decode()

    redis = get_redis_connection("state")
    for name in redis.keys("meigara:key:*"):
        redis.hset(name, "checked_at", 0)

    assert "日産ホールディングス" in ask(BASE, key=key).body.decode()


def test_a_restored_database_takes_the_cache_back_with_it(key: str) -> None:
    ask(BASE, key=key)
    DataGeneration.objects.update(number=1_000)
    publish_generations()

    published = get_redis_connection("state").hmget("meigara:generations", Generations._fields)

    assert [int(number) for number in published] == list(read_generations())


def test_taking_back_a_list_that_did_not_hold_and_deriving_history_anew_publish_as_well(
    two_lists: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    replaced = ListingSnapshot.objects.get(date_in_force=MARCH)
    apply_snapshot(MARCH, [make_issue("7203")], "jquants", force=True)

    for write in (
        lambda: withdraw_entry(replaced.pk, reason="古い", withdrawn_by="sato"),
        rebuild_history,
    ):
        before = read_generations().companies
        publishing(django_capture_on_commit_callbacks, write)

        published = get_redis_connection("state").hget("meigara:generations", "companies")
        assert int(published) == read_generations().companies > before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_read_the_numbers_before_another_published_does_not_take_that_back(two_lists: None) -> None:
    def commit_and_publish() -> None:
        try:
            Market.objects.filter(code="0111").update(name="新市場")
            publish_generations()
        finally:
            connection.close()

    others = [threading.Thread(target=commit_and_publish)]

    def read_and_be_overtaken(execute: Callable[..., Any], *query: Any) -> Any:
        found = execute(*query)
        if others:
            other = others.pop()
            other.start()
            other.join()
        return found

    with connection.execute_wrapper(read_and_be_overtaken):
        publish_generations()

    published = get_redis_connection("state").hmget("meigara:generations", Generations._fields)
    assert [int(number) for number in published] == list(read_generations())


def test_writing_advances_the_generation_whoever_writes(two_lists: None) -> None:
    before = read_generations()
    Market.objects.filter(code="0111").update(name="x")
    after_masters = read_generations()
    apply_snapshot(date(2024, 4, 30), [make_issue("7201")], "jpx", force=True)

    assert after_masters.masters > before.masters
    assert after_masters.companies == before.companies
    assert read_generations().companies > after_masters.companies
