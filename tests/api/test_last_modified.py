"""`Last-Modified` beside `ETag`: never the same for two states, and never a 304 for who has another state."""

import time
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils.http import http_date, parse_http_date

from api.generations import publish_and_wait
from api.keys import create_api_key
from api.models import DataGeneration, DataState
from api.state_moments import StateMoments, forget_states, state_moments
from companies.ledger.snapshots import apply_snapshot
from database.connections import database_now
from masters.apps import MASTERS
from masters.models import Market
from syncjobs.apps import SYNC
from tests.api.front import ask, dated, forget_kept_answers
from tests.api.test_front_and_viewset import answer_of, viewsets_alone
from tests.api.test_same_answers import told
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
BASE = "/api/v1/companies"
#: Kept, from memory and from the database, with one number of a state and with two; and files.
PATHS = [
    BASE,
    f"{BASE}/1301",
    f"{BASE}/search?q=13",
    f"{BASE}/events",
    f"{BASE}/1301/history",
    f"{BASE}/markets",
    "/api/v1/snapshots",
]
FIVE_MINUTES = timedelta(minutes=5)
FILES = [
    f"{BASE}/export?format=csv",
    f"{BASE}/export?format=ndjson&as_of=2024-02-29",
    f"{BASE}/history/export?format=csv",
]


@pytest.fixture
def key(transactional_db: None) -> str:
    apply_snapshot(FEBRUARY, [make_issue("1301"), make_issue("1305")], "jpx")
    publish_and_wait()
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def rename(name: str) -> None:
    apply_snapshot(MARCH, [make_issue("1301", company_name=name), make_issue("1305")], "jpx", force=True)
    publish_and_wait()


@pytest.mark.parametrize("path", [*PATHS, *FILES])
def test_who_has_it_is_told_so_and_who_has_another_state_never(path: str, key: str) -> None:
    first = dated(path, key)
    moment = first.headers["last-modified"]
    assert parse_http_date(moment) <= time.time()

    for _ in ("as it was made", "as it is kept"):
        again = ask(path, key=key, if_modified_since=moment)
        assert (again.status, again.body) == (304, b"")
        assert {name: again.headers[name] for name in ("etag", "last-modified", "x-data-state")} == {
            name: first.headers[name] for name in ("etag", "last-modified", "x-data-state")
        }
        assert again.headers.keys().isdisjoint(
            {"content-type", "content-length", "content-disposition", "content-encoding"}
        )
    assert ask(path, key=key, method="HEAD", if_modified_since=moment).status == 304

    if path == f"{BASE}/markets":
        Market.objects.update(description="another")
        publish_and_wait()
    else:
        rename("新会社")
    other = ask(path, key=key, if_modified_since=moment)
    assert other.status == 200
    assert other.headers.get("last-modified") != moment


@pytest.mark.parametrize("path", [BASE, FILES[0]])
def test_the_etag_decides_where_both_are_sent(path: str, key: str) -> None:
    first = dated(path, key)
    moment, etag = first.headers["last-modified"], first.headers["etag"]

    assert ask(path, key=key, if_none_match='"other"', if_modified_since=moment).status == 200
    assert ask(path, key=key, if_none_match=etag, if_modified_since=http_date(0)).status == 304


def test_a_moment_of_a_clock_says_it_only_when_nobody_can_have_the_state_before_any_more(key: str) -> None:
    first = dated(BASE, key)
    moment = parse_http_date(first.headers["last-modified"])

    def since(seconds: float) -> int:
        return ask(BASE, key=key, if_modified_since=http_date(seconds)).status

    assert [since(moment - 1), since(moment), since(moment + 1), since(time.time() + 86_400)] == [200, 304, 200, 200]
    DataState.objects.update(first_seen_at=database_now().replace(microsecond=0) - FIVE_MINUTES)
    forget_what_is_kept()
    assert [since(time.time() - 1), since(time.time() - 200)] == [304, 200]
    assert since(time.time() - 170) == 304


def forget_what_is_kept() -> None:
    """As in a process that has just started, with a Redis that has too."""
    state_moments.forget()
    forget_kept_answers()


@pytest.mark.parametrize("date", ["", "yesterday", "Sun, 32 Nov 1994 08:49:37 GMT", "0"])
def test_what_is_no_date_is_passed_over(date: str, key: str) -> None:
    dated(BASE, key)
    assert ask(BASE, key=key, if_modified_since=date).status == 200


def test_states_of_one_second_have_seconds_of_their_own_and_wait_for_them(transactional_db: None) -> None:
    moments = StateMoments()
    seconds = [moments.of(f"{number}.1") for number in range(5)]

    assert seconds == list(range(seconds[0], seconds[0] + 5))
    assert [StateMoments().of(f"{number}.1") for number in range(5)] == seconds, "in each process"
    assert DataState.objects.count() == 5


def test_a_moment_to_come_is_not_told(key: str) -> None:
    state_moments.of("earlier")
    for name in ("a", "b", "c"):
        state_moments.of(name)
    answer = ask(BASE, key=key)
    assert (answer.status, "last-modified" in answer.headers) == (200, False)
    assert ask(BASE, key=key, if_modified_since=http_date(time.time() + 4)).status == 200


def be_numbered(family: str, number: int) -> None:
    DataGeneration.objects.update_or_create(family=family, defaults={"number": number})
    publish_and_wait()


def test_numbers_of_another_family_say_nothing_of_this_one(key: str) -> None:
    dated(f"{BASE}/markets", key)
    DataState.objects.update(first_seen_at=database_now().replace(microsecond=0) - FIVE_MINUTES)
    forget_what_is_kept()
    be_numbered(MASTERS, 7)
    be_numbered(SYNC, 6)
    of_markets = dated(f"{BASE}/markets", key)
    of_six = dated(f"{BASE}/sync/runs", key)
    assert (of_markets.headers["x-data-state"], of_six.headers["x-data-state"]) == ("7", "6")
    be_numbered(SYNC, 7)

    of_seven = dated(f"{BASE}/sync/runs", key)
    assert parse_http_date(of_markets.headers["last-modified"]) < parse_http_date(of_six.headers["last-modified"])
    assert parse_http_date(of_six.headers["last-modified"]) < parse_http_date(of_seven.headers["last-modified"])


def test_what_was_known_once_keeps_its_moment(key: str) -> None:
    past = f"{BASE}?revision=1"
    before, now = dated(past, key), dated(BASE, key)
    rename("新会社")
    after = dated(past, key)

    assert after.body == before.body
    assert after.headers["last-modified"] == before.headers["last-modified"]
    assert ask(past, key=key, if_modified_since=before.headers["last-modified"]).status == 304
    assert dated(BASE, key).headers["last-modified"] != now.headers["last-modified"]
    assert ask(f"{BASE}?q=revision", key=key).headers.get("last-modified") != before.headers["last-modified"]


@pytest.mark.parametrize("path", [path for path in PATHS if not path.endswith("markets")])
def test_the_front_says_what_the_viewset_says(path: str, key: str) -> None:
    moment = dated(path, key).headers["last-modified"]
    with viewsets_alone():
        reference, _ = answer_of(path, key, "ja")
    answer, _ = answer_of(path, key, "ja")
    assert reference.headers["last-modified"] == moment
    assert told(answer) == told(reference)


def test_where_the_database_cannot_say_answers_are_without(key: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE data_states RENAME TO elsewhere")
    try:
        moments: Any = StateMoments()
        assert [moments.of("1.1"), moments.of("1.1")] == [0, 0]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO data_states")
    assert moments.of("1.1") == 0, "and is asked again after a minute"


def test_what_was_seen_long_ago_is_forgotten(transactional_db: None) -> None:
    state_moments.of("old")
    assert forget_states(database_now()) == 0
    DataState.objects.update(first_seen_at=database_now() - FIVE_MINUTES * 12 * 24 * 401)
    assert forget_states(database_now()) == 1
