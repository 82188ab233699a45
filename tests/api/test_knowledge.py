"""What was known when: `known_at`, `revision` and `after` on every answer of the ledger, through the front and behind it."""

import csv
import io
import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from api.generations import publish_after_commit
from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from masters.models import Market
from tests.api.front import Answer, ask, next_page
from tests.companies.ledger.waiting import count_waiting_for_ledger
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue
from tests.local.stack import wait_for

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

BASE = "/api/v1/companies"
#: Of every kind; none of them with a page that would be another at another time.
PATHS = [
    BASE, f"{BASE}?active_only=false&ordering=-updated_at", f"{BASE}?as_of=2024-03-01", f"{BASE}?as_of=2024-04-30&q=自動車",
    f"{BASE}/7203", f"{BASE}/9984?as_of=2024-03-01", f"{BASE}/search?q=極洋", f"{BASE}/7203/history", f"{BASE}/events",
    f"{BASE}/events?code=7203,9984", f"{BASE}/changes?from=2024-02-29&to=2024-03-29", f"{BASE}/export?format=ndjson",
    f"{BASE}/export?format=csv&as_of=2024-03-01",
]  # fmt: skip


@pytest.fixture
def key() -> str:
    return create_api_key(name="reader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def with_query(path: str, query: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}{query}"


def told(answer: Answer) -> tuple[int, bytes, str]:
    return answer.status, answer.body, answer.headers.get("x-ledger-revision", "")


def correct_the_past() -> None:
    """February is told again, March is taken back and told otherwise, and a list of before both comes in."""
    apply_snapshot(FEBRUARY, [make_issue("7203", company_name="トヨタ")], "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.holding().get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="sato")
    apply_snapshot(date(2024, 1, 31), [make_issue("7203"), make_issue("9984")], "jpx", force=True)
    apply_snapshot(date(2024, 4, 30), [make_issue("9984"), make_issue("1301")], "jquants", force=True)


def newest_moment() -> datetime:
    return LedgerRevision.objects.order_by("-number").values_list("recorded_at", flat=True)[0]


def test_an_answer_says_which_revision_it_is_of_and_can_be_asked_for_again_by_it_or_by_its_moment(key: str) -> None:
    before = {path: told(ask(quote(path, safe="/?=&,"), key=key)) for path in PATHS}
    assert {(status, revision) for status, _, revision in before.values()} == {(200, "2")}
    moment = datetime.now(UTC).isoformat().replace("+", "%2B")

    correct_the_past()

    for path, answer in before.items():
        address = quote(path, safe="/?=&,")
        for query in ("known_at=2", "revision=2", f"known_at={moment}"):
            assert told(ask(with_query(address, query), key=key)) == answer, (path, query)
        assert told(ask(address, key=key))[1:] != answer[1:], path


def test_known_now_is_what_is_said_without_it(key: str) -> None:
    correct_the_past()

    for path in PATHS:
        address = quote(path, safe="/?=&,")
        now = told(ask(address, key=key))
        assert told(ask(with_query(address, "known_at=6"), key=key)) == now
        moment = datetime.now(UTC).isoformat().replace("+", "%2B")
        assert told(ask(with_query(address, f"known_at={moment}"), key=key)) == now


def test_before_the_first_revision_nothing_was_known(key: str) -> None:
    long_ago = "known_at=2001-01-01T00:00:00Z"
    for query in ("known_at=0", "revision=0", long_ago):
        nothing = ask(f"{BASE}?{query}", key=key)
        assert (nothing.json()["total"], nothing.headers["x-ledger-revision"]) == (0, "0")
        assert ask(f"{BASE}/events?{query}", key=key).json()["total"] == 0
        missing = ask(f"{BASE}?as_of=2024-03-29&{query}", key=key)
        assert (missing.status, missing.json()["error"]["details"]["first_date"]) == (404, None)
        assert ask(f"{BASE}/7203?{query}", key=key).json()["error"]["code"] == "COMPANY_NOT_FOUND"
        assert ask(f"{BASE}/7203/history?{query}", key=key).json()["error"]["code"] == "COMPANY_NOT_FOUND"


def test_what_nobody_can_know_yet_is_refused(key: str) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat().replace("+", "%2B")
    for path in (BASE, f"{BASE}/7203", f"{BASE}/events", f"{BASE}/7203/history"):
        for query in ("known_at=3", "revision=3", f"known_at={tomorrow}"):
            refused = ask(f"{path}?{query}", key=key)
            assert (refused.status, refused.json()["error"]["code"]) == (404, "REVISION_NOT_FOUND"), (path, query)
            assert refused.json()["error"]["details"]["newest_revision"] == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("known_at=yesterday", "known_at"), ("known_at=2024-03-01", "known_at"), ("known_at=-1", "known_at"),
        ("revision=1.5", "revision"), ("known_at=1&revision=1", "revision"), ("include=quote&known_at=1", "include"),
        ("after=1.0&revision=1", "revision"), ("after=0&offset=1", "offset"), ("after=1", "after"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(key: str, query: str, field: str) -> None:
    refused = ask(f"{BASE}?{query}", key=key)

    assert (refused.status, list(refused.json()["error"]["details"])) == (400, [field])


@pytest.mark.parametrize("parameter", ["known_at", "updated_since"])
def test_a_moment_at_which_somebody_is_writing_is_answered_when_that_is_over(key: str, parameter: str) -> None:
    """The writer's time is of before its commit: who asked between the two would be told something else later."""
    answers: list[Answer] = []

    def read_meanwhile(path: str) -> None:
        try:
            answers.append(ask(path, key=key))
        finally:
            connection.close()

    with transaction.atomic():
        apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True)
        moment = newest_moment().isoformat().replace("+", "%2B")
        reader = threading.Thread(target=read_meanwhile, args=[f"{BASE}?{parameter}={moment}"])
        reader.start()
        wait_for(lambda: count_waiting_for_ledger() == 1)
    reader.join()

    assert answers[0].headers["x-ledger-revision"] == "3"


def test_a_walk_by_cursor_stays_with_the_revision_that_it_began_with(key: str) -> None:
    everything = ask(f"{BASE}?active_only=false", key=key).json()["companies"]
    events = ask(f"{BASE}/events", key=key).json()["events"]
    for path, name, expected in (
        (f"{BASE}?active_only=false", "companies", everything),
        (f"{BASE}/events?", "events", events),
    ):
        walked: list[Any] = []
        first = ask(f"{path}&after=0&limit=2", key=key)
        answer = first.json()
        correct_the_past() if path.endswith("false") else None
        while True:
            walked += answer[name]
            if answer["next"] is None:
                break
            answer = ask(f"{path}&after={answer['next']}&limit=2", key=key).json()
        if name == "companies":
            assert walked == expected
            assert next_page(first) == f"{path}&limit=2&after={first.json()['next']}"
        else:
            assert walked == ask(f"{path}&revision={first.headers['x-ledger-revision']}", key=key).json()["events"]


def test_links_of_a_revision_hold_on_to_it(key: str) -> None:
    first = ask(f"{BASE}?active_only=false&limit=2&revision=2", key=key)
    correct_the_past()

    second = ask(next_page(first) or "", key=key)

    assert "revision=2" in (next_page(first) or "")
    assert [company["code"] for company in second.json()["companies"]] == ["7201", "7203"]


def test_who_follows_what_changed_is_told_of_delistings_corrections_and_of_what_is_gone(key: str) -> None:
    since = datetime.now(UTC).isoformat().replace("+", "%2B")
    nothing = ask(f"{BASE}?updated_since={since}", key=key)
    assert (nothing.json()["total"], nothing.json()["removed"], nothing.headers["cache-control"]) == (0, [], "no-store")

    withdraw_entry(ListingSnapshot.objects.get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="sato")
    apply_snapshot(date(2024, 1, 31), [make_issue("7203", company_name="トヨタ自動車")], "jpx", force=True)
    apply_snapshot(date(2024, 4, 30), [make_issue("7203"), make_issue("7201")], "jpx", force=True)

    changed = ask(f"{BASE}?updated_since={since}", key=key).json()
    assert [company["code"] for company in changed["companies"]] == ["1301", "7201", "7203", "9984"]
    assert [company["is_active"] for company in changed["companies"]] == [False, True, True, False]
    assert changed["removed"] == ["130A"]
    file = ask(f"{BASE}/export?format=csv&updated_since={since}", key=key).body.decode("utf-8-sig")
    assert [row["code"] for row in csv.DictReader(io.StringIO(file))] == ["1301", "7201", "7203", "9984"]


def test_names_of_codes_are_those_of_now_also_in_what_is_held_of_the_past(key: str) -> None:
    paths = [f"{BASE}/7203?as_of=2024-03-01", f"{BASE}/7203?known_at=1"]
    assert {ask(path, key=key).json()["market_name"] for path in paths} == {"プライム"}

    market = Market.objects.get(code="0111")
    market.name = "新しい名前"
    with transaction.atomic():
        market.save()
        publish_after_commit()

    assert {ask(path, key=key).json()["market_name"] for path in paths} == {"新しい名前"}


def test_a_version_says_when_it_was_learnt(key: str) -> None:
    versions = ask(f"{BASE}/7203/history", key=key).json()["versions"]

    moment = LedgerRevision.objects.get(number=2).recorded_at
    assert [(version["recorded_in"], datetime.fromisoformat(version["recorded_at"])) for version in versions] == [
        (2, moment), (2, moment),
    ]  # fmt: skip
