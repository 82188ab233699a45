"""The turn of the day, as callers of the API see it: no request fails, nobody is told of yesterday after today, and the first who asks
after midnight is told of the new day.
"""

import threading
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_redis import get_redis_connection

from api.front.admission import ask as ask_redis
from api.front.lease_time import LEASE_SECONDS
from api.generations import GENERATIONS_KEY
from api.keys import create_api_key, hash_key
from api.turns import tries
from companies.ledger.changes import roll_over
from companies.ledger.coming_into_force import find_pending_day
from companies.ledger.entries import lock_ledger
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, LedgerRevision
from tests.api.front import ask
from tests.factories import make_issue
from tests.server import serve

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

BASE = "/api/v1/companies"
#: Each is told otherwise by tomorrow's list.
PATHS = [f"{BASE}?limit=5", f"{BASE}/7203", f"{BASE}/search?q=7203", f"{BASE}?active_only=false&limit=1&offset=1"]


def yesterday_and_today() -> tuple[date, date]:
    today = timezone.localdate()
    return today - timedelta(days=1), today


@pytest.fixture
def key() -> str:
    """Of a ledger whose day is yesterday."""
    yesterday, _ = yesterday_and_today()
    old = [make_issue("7203", company_name="昨日の名"), make_issue("9984", company_name="昨日まで")]
    apply_snapshot(yesterday, old, "jquants", today=yesterday)
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]


def bring_in_the_next_list() -> None:
    """As it came in last night: of today, which it is by now, though the ledger does not know."""
    yesterday, today = yesterday_and_today()
    new = [make_issue("7203", company_name="今日の名"), make_issue("130A", company_name="今日から")]
    apply_snapshot(today, new, "jquants", force=True, today=yesterday)


def forget_leases() -> None:
    time.sleep(0.06)


def test_the_first_request_after_midnight_is_told_of_the_new_day_whatever_was_kept(key: str) -> None:
    before = [ask(path, key=key) for path in (*PATHS, *PATHS)]
    assert {answer.status for answer in before} == {200}
    bring_in_the_next_list()

    for path, old in zip(PATHS, before, strict=False):
        answer = ask(path, key=key)
        assert answer.status == 200
        assert "昨日の名" not in answer.body.decode()
        assert answer.headers["x-ledger-revision"] == "3"
        assert answer.headers["etag"] != old.headers["etag"]
        assert ask(path, key=key, if_none_match=old.headers["etag"]).status == 200
    assert LedgerRevision.objects.latest("number").kind == "in_force"


def test_who_asks_without_redis_or_for_a_page_brings_it_into_force_too(key: str) -> None:
    bring_in_the_next_list()
    tries.make_now_and_then(object())

    assert find_pending_day() is None
    assert set(Company.objects.active().values_list("company_name", flat=True)) == {"今日の名", "今日から"}


def test_tonight_nothing_shows_of_tomorrow_but_as_of_that_day(key: str) -> None:
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    apply_snapshot(tomorrow, [make_issue("7203", company_name="明日の名"), make_issue("130A")], "jquants", force=True)

    listed = ask(f"{BASE}?active_only=false", key=key).json()
    assert [one["company_name"] for one in listed["companies"]] == ["昨日の名", "昨日まで"]
    assert ask(f"{BASE}/search?q=130A", key=key).json()["total"] == 0
    coming = ask(f"{BASE}/130A", key=key)
    assert (coming.status, coming.json()["error"]["details"]["listed_from"]) == (404, tomorrow.isoformat())
    assert f"{tomorrow} から上場" in coming.json()["error"]["message"]
    then = ask(f"{BASE}?as_of={tomorrow}", key=key).json()
    assert [one["company_name"] for one in then["companies"]] == ["会社130A", "明日の名"]
    assert ask(f"{BASE}/130A?as_of={tomorrow}", key=key).status == 200
    exported = ask(f"{BASE}/export?format=csv&active_only=false", key=key).body.decode()
    assert "130A" not in exported
    assert "明日の名" not in exported
    assert ask(f"{BASE}/7203/history", key=key).json()["company_name"] == "昨日の名"


def test_pages_of_one_revision_belong_together_over_midnight(key: str) -> None:
    first = ask(f"{BASE}?limit=1", key=key)
    revision = first.headers["x-ledger-revision"]
    bring_in_the_next_list()
    ask(BASE, key=key)

    second = ask(f"{BASE}?limit=1&offset=1&revision={revision}", key=key)
    names = [one["company_name"] for page in (first, second) for one in page.json()["companies"]]
    assert names == ["昨日の名", "昨日まで"]


def test_until_the_moment_generations_are_told_and_from_then_on_none(key: str) -> None:
    """By the clock of Redis, whatever lease a process has."""
    path = f"{BASE}/7203"
    ask(path, key=key)
    client = get_redis_connection("state")
    client.hset(GENERATIONS_KEY, "turns_at", redis_now() + 3_600_000)
    told = ask_redis(hash_key(key), "127.0.0.1").grant
    assert told is not None
    assert told.admission.generation_of("companies")
    assert told.lasts_seconds == LEASE_SECONDS
    for ahead in (10, 20, 30, 40):
        moment = redis_now() + ahead
        client.hset(GENERATIONS_KEY, "turns_at", moment)
        grant = ask_redis(hash_key(key), "127.0.0.1").grant
        assert grant is not None
        # On a busy machine the moment may be past by now.
        is_told = bool(grant.admission.generation_of("companies"))
        assert (
            grant.lasts_seconds <= (moment - grant.admission.now) / 1000 if is_told else grant.admission.now >= moment
        )

    client.hset(GENERATIONS_KEY, "turns_at", 1)
    forget_leases()
    assert ask(path, key=key).status == 200
    # Nothing was waiting: it is told so again, and answers are kept as before.
    assert client.hget(GENERATIONS_KEY, "turns_at") == b"0"


def redis_now() -> int:
    """In milliseconds since 1970."""
    seconds, microseconds = get_redis_connection("state").time()
    return int(seconds * 1000 + microseconds // 1000)


def test_where_the_ledger_is_held_the_old_day_is_told_and_named_and_nobody_fails(key: str) -> None:
    old = ask(f"{BASE}/7203", key=key)
    bring_in_the_next_list()
    is_locked, is_over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock_ledger()
            is_locked.set()
            is_over.wait(60)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    is_locked.wait(30)
    try:
        meanwhile = [ask(f"{BASE}/7203", key=key) for _ in range(3)]
    finally:
        is_over.set()
        writer.join()
    assert [(one.status, one.headers["x-ledger-revision"]) for one in meanwhile] == [(200, "2")] * 3
    assert {one.json()["company_name"] for one in meanwhile} == {old.json()["company_name"]}

    tries.not_before = 0.0
    assert ask(f"{BASE}/7203", key=key).json()["company_name"] == "今日の名"


def test_two_processes_and_many_readers_go_from_one_day_to_the_next_without_a_failure(key: str, tmp_path: Path) -> None:
    """Every reader sees the old day, then the new one, and never goes back; who asks after another was told of the new one is, too."""
    seen: list[list[tuple[float, float, int, str]]] = []
    is_over = threading.Event()

    def read(base_url: str, path: str) -> None:
        mine: list[tuple[float, float, int, str]] = []
        seen.append(mine)
        with httpx.Client(base_url=base_url, headers={"X-API-Key": key}, timeout=60) as client:
            while not is_over.is_set():
                began = time.monotonic()
                answer = client.get(path)
                mine.append((began, time.monotonic(), answer.status_code, answer.headers.get("x-ledger-revision", "")))

    with serve(tmp_path, workers=2) as server:
        readers = [threading.Thread(target=read, args=(server.base_url, path)) for path in PATHS * 2]
        for reader in readers:
            reader.start()
        wait_until(lambda: all(len(mine) > 20 for mine in seen) and len(seen) == len(readers))
        bring_in_the_next_list()
        came_at = time.monotonic()
        wait_until(lambda: all(mine[-1][3] == "3" for mine in seen))
        time.sleep(0.5)
        is_over.set()
        for reader in readers:
            reader.join()

    assert {status for mine in seen for _, _, status, _ in mine} == {200}
    for mine in seen:
        revisions = [int(revision) for *_, revision in mine]
        assert revisions == sorted(revisions)
        assert {revisions[0], revisions[-1]} == {1, 3}
    # Whoever began to ask after it was reported that the list had come in was told of the day that it is.
    assert {revision for mine in seen for began, _, _, revision in mine if began > came_at} == {"3"}
    assert LedgerRevision.objects.filter(kind="in_force").count() == 1


def wait_until(is_so: Any) -> None:
    give_up_at = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def test_roll_over_is_asked_by_many_and_done_once(key: str) -> None:
    bring_in_the_next_list()
    done: list[bool] = []

    def ask_once() -> None:
        done.append(roll_over())
        connection.close()

    threads = [threading.Thread(target=ask_once) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(done) == 6
    assert LedgerRevision.objects.filter(kind="in_force").count() == 1
