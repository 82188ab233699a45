"""GET events from what the process holds: the same as the database says, byte for byte, whatever comes in meanwhile."""

import json
import re
import threading
from collections.abc import Callable
from contextlib import redirect_stderr
from datetime import date, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import close_old_connections, connection
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from rest_framework.exceptions import ValidationError

from api.generations import publish_generations
from api.keys import create_api_key
from companies.api import event_blocks
from companies.api.event_blocks import StateMoved
from companies.api.event_index import load_index
from companies.api.event_pages import page_from_database, page_of_index
from companies.api.filters import EventFilterSet
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.known.reading import NOW
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingEvent
from tests.api.front import Answer, ask, forget_moments
from tests.api.test_front_and_viewset import LANGUAGES, answer_of, pairs_of, viewsets_alone
from tests.api.test_same_answers import told
from tests.examples import trying
from tests.factories import make_issue

EVENTS = "/api/v1/companies/events"
FIRST = date(2024, 2, 29)
DAYS = [FIRST + timedelta(days=days) for days in (0, 1, 5, 6, 30, 31)]
VALUES = {
    "type": ["renamed", "delisted,listed", "relisted", "scale_changed,renamed,renamed", "market_changed", "split", ""],
    "code": ["1301", "1302,13030", "1304.T,9999", "９９９９", "x"],
    "market_code": ["0111", "0112,0113", "0109", "x!"],
    "from": ["2024-02-29", "2024-03-01", "2024-03-04", "2024-03-05", "2001-01-01", "2030-01-01", "20240301"],
    "to": ["2024-02-28", "2024-03-04", "2024-03-05", "2024-03-29", "2030-01-01"],
    "limit": ["1", "2", "5", "255", "1000", "0"],
    "offset": ["0", "1", "4", "250", "10000000", "-1"],
    "after": ["0", "2.3", "6.2", "x"],
    "revision": ["0", "3", "6", "7"],
    "known_at": ["2", "6", "2999-01-01T00:00:00Z"],
    "state": ["1.1"],
    "lang": ["ja"],
}  # fmt: skip
on_the_database = trying(40)


@pytest.fixture
def key(db: None) -> str:
    """Six lists of some forty companies that come, go, come back, and change on every list; names that JSON and browsers take amiss."""
    marks = ("", '"', "\\", "</script>", "髙")
    for number, day in enumerate(DAYS):
        issues = [
            make_issue(
                str(1301 + step), company_name=f"会社{step}{marks[(step + number) % 5]}", market_code=f"011{1 + (step + number // 2) % 3}",
                scale_category=("TOPIX Small 1", "-")[(step * number) % 2],
            )
            for step in range(60)
            if (step + number) % 4
        ]  # fmt: skip
        apply_snapshot(day, issues, "jpx", force=True)
    import_official_dates(
        [OfficialDay("1301", "listed", date(2024, 3, 1)), OfficialDay("1304", "delisted", date(2024, 3, 1))],
        origin="CSV",
        covers=[],
    )
    publish_generations()
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=10_000_000)[1]


@pytest.mark.django_db
def test_an_event_page_is_what_the_database_says_byte_for_byte(key: str) -> None:
    index = load_index()[1]
    found: list[int] = []

    @on_the_database
    @given(
        pairs=pairs_of(
            {name: VALUES[name] for name in ("type", "code", "market_code", "from", "to", "limit", "offset")}
        )
    )
    @example(pairs=[("limit", "1000")])
    @example(pairs=[("limit", "255"), ("offset", "4")])
    @example(pairs=[("type", "relisted"), ("market_code", "0112,0113"), ("from", "2024-03-05")])
    @example(pairs=[("from", "2024-03-03"), ("to", "2024-03-28"), ("limit", "1")])
    @example(pairs=[("code", "1302,13030,9999"), ("to", "2024-03-28")])
    def pages_are_the_same(pairs: list[tuple[str, str]]) -> None:
        given = {name: [value] for name, value in pairs}
        try:
            values = EventFilterSet.read_lists(given)
        except ValidationError:
            return
        narrowed = EventFilterSet(queryset=ListingEvent.objects.all(), values=values).qs
        expected = page_from_database(narrowed, values, index.state, NOW, index.revision)
        assert page_of_index(index, values) == expected
        found.append(len(json.loads(b"[%b]" % expected.events)))

    pages_are_the_same()
    assert max(found) > 256  # more than a block


@pytest.mark.django_db
def test_the_front_answers_as_the_viewset_does(key: str) -> None:
    makers: list[str] = []

    @on_the_database
    @given(pairs=pairs_of(VALUES), language=LANGUAGES)
    @example(pairs=[("limit", "2"), ("offset", "1"), ("type", "renamed"), ("type", "listed")], language="ja")
    @example(pairs=[("after", "0"), ("limit", "5")], language="en")
    @example(pairs=[("revision", "7"), ("limit", "1")], language="ja")
    @example(pairs=[], language="en")
    def answers_are_the_same(pairs: list[tuple[str, str]], language: str) -> None:
        address = f"{EVENTS}?{urlencode(pairs)}"
        forget_moments()
        with viewsets_alone():
            reference, maker = answer_of(address, key, language)
        assert maker == "django"
        answer, maker = answer_of(address, key, language)
        makers.append(maker)
        assert told(answer) == told(reference)

    answers_are_the_same()
    assert makers.count("front") >= 4


@pytest.mark.django_db
def test_as_known_before_it_says_what_it_said_then(key: str) -> None:
    """The database's way, over HTTP: an answer as known at the newest revision but one, and one of now."""
    whole = ask(f"{EVENTS}?limit=1000", key=key)
    before = ask(f"{EVENTS}?limit=1000&known_at=6", key=key)  # the seventh told the official days
    strip = [{**event, "official_on": None} for event in whole.json()["events"]]
    assert whole.headers["x-ledger-revision"] == "7"
    assert before.headers["x-ledger-revision"] == "6"
    assert before.json()["events"] == strip != whole.json()["events"]


@pytest.mark.django_db
def test_a_page_costs_two_queries_the_first_time_and_its_neighbours_none(key: str) -> None:
    ask(f"{EVENTS}?limit=1&type=listed", key=key)  # the index
    with CaptureQueriesContext(connection) as queries:
        ask(f"{EVENTS}?limit=3", key=key)
    assert len(queries) == 2  # what a block of events tells, and whether the state is still the same
    for path in (f"{EVENTS}?limit=4", f"{EVENTS}?limit=9&offset=11", f"{EVENTS}?to=2024-03-29&limit=2"):
        with CaptureQueriesContext(connection) as queries, redirect_stderr(StringIO()) as log:
            ask(path, key=key)
        assert len(queries) == 0
        assert re.findall(r"answered_by=(\w+)", log.getvalue()) == ["front"]


@pytest.mark.django_db
def test_what_an_index_holds_is_bounded_and_goes_with_it(key: str) -> None:
    index = load_index()[1]
    for code in range(1301, 1361):
        page_of_index(index, {"code": [str(code)], "limit": 100, "offset": 0})
    held = index.blocks.bytes_held
    assert 0 < held < 60 * 4_000
    assert load_index()[1].blocks.bytes_held == 0


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_index_that_the_data_has_left_behind_gives_no_page(two_lists: None) -> None:
    index = load_index()[1]
    bring_in_another()
    with pytest.raises(StateMoved):
        page_of_index(index, {"limit": 100, "offset": 0})


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_list_that_comes_in_while_a_page_is_read_is_in_the_answer_whole_or_not_at_all(two_lists: None) -> None:
    key = create_api_key(name="reader", scopes=["read"])[1]
    writers = [threading.Thread(target=bring_in_another)]

    def read_and_be_overtaken(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if writers and sql == event_blocks.VERSIONS:
            writer = writers.pop()
            writer.start()
            writer.join()
            forget_moments()
        return execute(sql, *rest)

    assert ask(f"{EVENTS}?code=7203", key=key).json()["total"] == 1  # the index
    with connection.execute_wrapper(read_and_be_overtaken):
        answer = ask(EVENTS, key=key)

    assert writers == []
    assert told_of(answer) == [("1301", "delisted"), ("130A", "delisted"), ("7203", "renamed")]
    assert answer.headers["x-ledger-revision"] == "3"
    assert told(answer) == told(ask(EVENTS, key=key))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_goes_on_from_a_page_reads_the_same_revision_to_the_end(two_lists: None) -> None:
    key = create_api_key(name="reader", scopes=["read"])[1]
    whole = ask(f"{EVENTS}?limit=1000", key=key).json()["events"]
    first = ask(f"{EVENTS}?limit=3&after=0", key=key)
    pinned = ask(f"{EVENTS}?limit=3", key=key).headers["link"].split('>; rel="next"')[0].rpartition("<")[2]
    bring_in_another()

    rest = ask(f"{EVENTS}?limit=3&after={first.json()['next']}", key=key)

    assert first.json()["events"] + rest.json()["events"] == whole
    assert (rest.json()["next"], rest.headers["x-ledger-revision"]) == (None, "2")
    assert ask(pinned, key=key).status == 409


def bring_in_another() -> None:
    """In April 7203 has another name, and but for 7201 nobody else is there."""
    issues = [
        make_issue("7201", company_name="日産自動車", scale_category="TOPIX Mid400"),
        make_issue("7203", market_code="0112"),
    ]
    apply_snapshot(date(2024, 4, 30), issues, "jpx", force=True)
    if threading.current_thread() is not threading.main_thread():
        close_old_connections()


def told_of(answer: Answer) -> list[tuple[str, str]]:
    """What the newest list shows."""
    return [(event["code"], event["type"]) for event in answer.json()["events"] if event["date"] == "2024-04-30"]
