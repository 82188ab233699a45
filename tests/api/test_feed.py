"""The stream of revisions over the API: its shape, its pages, its places, and that a reader may wait for the next."""

import io
import json
import threading
import urllib.request
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.listed_issue import TRACKED_FIELDS
from companies.models import LedgerRevision, ListingSnapshot
from tests.backups.backup_files import take
from tests.conftest import MARCH
from tests.factories import make_issue
from tests.server import serve

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

FEED = "/api/v1/feed"
APRIL = date(2024, 4, 30)


@pytest.fixture
def key() -> str:
    return create_api_key(name="follower", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


@pytest.fixture
def client(key: str) -> Client:
    return Client(headers={"X-API-Key": key})


def read(client: Client, **query: Any) -> Any:
    answer = client.get(FEED, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_revision_tells_what_it_took_back_and_recorded_and_which_events_came_by_it(client: Client) -> None:
    first, second = read(client)["revisions"]

    assert (first["revision"], first["kind"], first["source"], first["date_in_force"]) == (
        1,
        "applied",
        "jpx",
        "2024-02-29",
    )
    assert [version["code"] for version in first["recorded"]] == ["1301", "7201", "7203", "9984"]
    assert (first["withdrawn"], first["events"], first["is_complete"]) == (
        [],
        {"appeared": [], "disappeared": []},
        True,
    )
    assert [(gone["code"], gone["valid_from"]) for gone in second["withdrawn"]] == [
        ("1301", "2024-02-29"), ("7203", "2024-02-29"), ("9984", "2024-02-29"),
    ]  # fmt: skip
    recorded = [(v["code"], v["valid_from"], v["valid_until"]) for v in second["recorded"]]
    assert recorded == [
        ("1301", "2024-02-29", "2024-03-29"), ("1301", "2024-03-29", None), ("130A", "2024-03-29", None),
        ("7203", "2024-02-29", "2024-03-29"), ("7203", "2024-03-29", None), ("9984", "2024-02-29", "2024-03-29"),
    ]  # fmt: skip
    assert list(second["recorded"][0]) == ["code", "valid_from", "valid_until", *TRACKED_FIELDS]
    assert [(event["code"], event["type"]) for event in second["events"]["appeared"]] == [
        ("1301", "renamed"), ("130A", "listed"), ("7203", "market_changed"), ("9984", "delisted"),
    ]  # fmt: skip
    assert second["events"]["disappeared"] == []


def test_an_event_whose_bounds_another_list_narrows_disappears_and_appears(client: Client) -> None:
    issues = [make_issue("7203", market_code="0111"), make_issue("7201"), make_issue("1301", company_name="極洋")]
    apply_snapshot(date(2024, 3, 15), issues, "jpx", force=True)

    (third,) = read(client, after=2)["revisions"]

    narrowed = [
        (e["code"], e["type"], e["observed_after"]) for e in third["events"]["appeared"] if e["date"] == "2024-03-29"
    ]
    assert ("130A", "listed", "2024-03-15") in narrowed
    assert ("130A", "listed", "2024-02-29") in [
        (e["code"], e["type"], e["observed_after"]) for e in third["events"]["disappeared"]
    ]


def test_a_first_list_that_becomes_a_later_one_makes_its_companies_new(client: Client) -> None:
    """The versions of 9984 stay as they are; that it came is an event now."""
    others = [make_issue("7203", company_name="トヨタ自動車", market_code="0111"), make_issue("7201")]
    apply_snapshot(date(2024, 1, 31), others, "jpx", force=True)

    (third,) = read(client, after=2)["revisions"]

    assert "9984" not in [version["code"] for version in third["recorded"]]
    assert ("9984", "listed", "2024-02-29") in [(e["code"], e["type"], e["date"]) for e in third["events"]["appeared"]]


def test_a_withdrawal_and_a_list_that_is_only_kept_are_revisions(client: Client) -> None:
    apply_snapshot(APRIL, [make_issue("7203")], "jquants", force=True)
    apply_snapshot(APRIL, [make_issue("7201")], "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.holding().get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="sato")

    _, kept, withdrawn = read(client, after=2)["revisions"]

    assert (kept["kind"], kept["withdrawn"], kept["recorded"]) == ("kept", [], [])
    assert (withdrawn["kind"], withdrawn["date_in_force"]) == ("withdrawn", "2024-03-29")
    assert ("1301", "renamed") in [(e["code"], e["type"]) for e in withdrawn["events"]["disappeared"]]


def test_one_that_does_not_fit_is_told_in_parts_and_the_next_begins_a_new_page(client: Client) -> None:
    parts, after = [], "0"
    while (answer := read(client, after=after, rows=3))["revisions"]:
        parts += answer["revisions"]
        assert [part["is_complete"] for part in answer["revisions"][:-1]] == [True] * (len(answer["revisions"]) - 1)
        after = answer["next"]

    assert [(part["revision"], part["is_complete"]) for part in parts] == [
        (1, False), (1, True), (2, False), (2, False), (2, False), (2, False), (2, True),
    ]  # fmt: skip
    whole = read(client)["revisions"]
    for number in (1, 2):
        for name in ("withdrawn", "recorded"):
            told = [row for part in parts if part["revision"] == number for row in part[name]]
            assert told == whole[number - 1][name]


def test_a_place_beyond_the_end_of_a_revision_opens_no_room_for_more_rows(client: Client) -> None:
    begun = read(client, rows=1)["next"]

    answer = read(client, after=f"{begun.rpartition('-')[0]}-999999", rows=1)

    assert [(part["revision"], part["recorded"], part["is_complete"]) for part in answer["revisions"]] == [
        (1, [], True)
    ]


def test_next_leads_on_and_stays_where_nothing_is_new(client: Client) -> None:
    answer = client.get(FEED, {"limit": 1})
    assert answer.headers["Link"] == f'<{FEED}?limit=1&after={answer.json()["next"]}>; rel="next"'
    assert (answer.headers["X-Ledger-Revision"], answer.headers["Cache-Control"]) == ("2", "no-store")

    second = read(client, after=answer.json()["next"])
    end = read(client, after=second["next"])

    assert [revision["revision"] for revision in second["revisions"]] == [2]
    assert (end["revisions"], end["next"], end["newest"]) == ([], second["next"], 2)
    assert read(client, after=2)["next"] == end["next"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=x", "after"), ("after=1-zz", "after"), ("limit=0", "limit"), ("rows=10001", "rows"), ("wait=31", "wait"),
        ("since=1", "since"), ("after=-1", "after"), ("state=1.1", "state"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(client: Client, query: str, field: str) -> None:
    refused = client.get(f"{FEED}?{query}")

    assert (refused.status_code, list(refused.json()["error"]["details"])) == (400, [field])


def test_who_comes_from_another_course_of_revisions_is_told_to_begin_anew(client: Client) -> None:
    place = read(client)["next"]
    LedgerRevision.objects.filter(number=2).update(fingerprint="0" * 16)

    for after in (place, "3", "1-0123456789abcdef", "2-0123456789abcdef-5"):
        refused = client.get(FEED, {"after": after})
        assert (refused.status_code, refused.json()["error"]["code"]) == (409, "EPOCH_CHANGED"), after
    assert read(client, after=read(client, limit=1)["next"])["revisions"][0]["revision"] == 2


def test_a_restored_backup_begins_another_epoch_and_followers_of_what_is_gone_are_told(
    client: Client, tmp_path: Path
) -> None:
    backup = take(tmp_path / "meigara.backup")
    at_the_backup = read(client)
    apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
    later = read(client)
    assert (later["newest"], later["epoch"]) == (3, at_the_backup["epoch"])

    call_command("restore", backup, "--force", stdout=io.StringIO())
    apply_snapshot(APRIL, [make_issue("9984")], "jpx", force=True)

    assert client.get(FEED, {"after": later["next"]}).status_code == 409
    again = read(client, after=at_the_backup["next"])
    assert again["epoch"] != at_the_backup["epoch"]
    assert [revision["revision"] for revision in again["revisions"]] == [3]


def test_a_reader_who_waits_is_answered_by_the_next_revision_and_nobody_is_kept_waiting_for_it(
    key: str, tmp_path: Path
) -> None:
    found: list[Any] = []
    with serve(tmp_path) as server:

        def get(path: str) -> Any:
            request = urllib.request.Request(f"{server.base_url}{path}", headers={"X-API-Key": key})
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)

        assert [revision["revision"] for revision in get(f"{FEED}?wait=30")["revisions"]] == [1, 2]
        readers = [threading.Thread(target=lambda: found.append(get(f"{FEED}?after=2&wait=30"))) for _ in range(20)]
        for reader in readers:
            reader.start()
        # More of them than there are threads: others are answered meanwhile.
        assert get("/api/v1/companies")["total"] == 4
        apply_snapshot(APRIL, [make_issue("7203"), make_issue("7201")], "jpx", force=True)
        for reader in readers:
            reader.join()
        assert get(f"{FEED}?after=3&wait=1")["revisions"] == []

    assert [[revision["revision"] for revision in answer["revisions"]] for answer in found] == [[3]] * 20
