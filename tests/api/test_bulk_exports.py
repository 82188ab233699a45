"""All versions and all events as one file of one revision."""

import csv
import gzip
import io
import json
from datetime import date
from typing import Any

import pytest

from api.keys import create_api_key
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import TRACKED_FIELDS
from tests.api.front import ask
from tests.factories import make_issue

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]

HISTORY, EVENTS = "/api/v1/companies/history/export", "/api/v1/companies/events/export"


@pytest.fixture
def key() -> str:
    return create_api_key(name="loader", scopes=["read"], rate_limit_per_hour=1_000_000)[1]


def lines(path: str, key: str) -> list[dict[str, Any]]:
    answer = ask(path, key=key)
    assert answer.status == 200, answer.body
    return [json.loads(line) for line in answer.body.splitlines()]


def test_the_file_has_every_version_of_every_company_as_its_history_tells_it(key: str) -> None:
    found = lines(f"{HISTORY}?format=ndjson", key)

    assert list(found[0]) == ["code", "valid_from", "valid_until", *TRACKED_FIELDS, "recorded_in", "recorded_at"]
    by_code: dict[str, list[Any]] = {}
    for line in found:
        by_code.setdefault(line.pop("code"), []).append(line)
    assert list(by_code) == ["1301", "130A", "7201", "7203", "9984"]
    for code, versions in by_code.items():
        assert versions == ask(f"/api/v1/companies/{code}/history", key=key).json()["versions"]


def test_the_file_of_events_has_those_that_the_pages_tell(key: str) -> None:
    told = ask("/api/v1/companies/events", key=key).json()["events"]

    assert lines(f"{EVENTS}?format=ndjson", key) == sorted(
        told, key=lambda event: (event["code"], event["date"], event["type"])
    )
    text = ask(f"{EVENTS}?format=csv", key=key).body.decode("utf-8-sig")
    (market, *_) = [row for row in csv.DictReader(io.StringIO(text)) if row["type"] == "market_changed"]
    assert json.loads(market["changes"]) == {"market_code": ["0111", "0112"]}


@pytest.mark.parametrize("query", ["type=renamed,delisted", "code=7203,9984", "market_code=0111", "from=2024-03-29&to=2024-03-29", "to=2024-03-28", "from=2024-03-30", "code=9984&type=delisted&known_at=2"])  # fmt: skip
def test_the_filters_of_the_list_of_events_hold_for_the_file(key: str, query: str) -> None:
    told = ask(f"/api/v1/companies/events?{query}", key=key).json()["events"]

    assert lines(f"{EVENTS}?format=ndjson&{query}", key) == sorted(
        told, key=lambda one: (one["code"], one["date"], one["type"])
    )


def test_ranges_of_codes_put_together_are_the_whole_of_one_revision(key: str) -> None:
    whole = lines(f"{HISTORY}?format=ndjson", key)
    first = ask(f"{HISTORY}?format=ndjson&until_code=7201", key=key)
    revision = first.headers["x-ledger-revision"]
    apply_snapshot(
        date(2024, 4, 30), [make_issue("7203", company_name="トヨタ"), make_issue("7201")], "jpx", force=True
    )

    rest = lines(f"{HISTORY}?format=ndjson&after_code=72010&revision={revision}", key)

    assert [json.loads(line) for line in first.body.splitlines()] + rest == whole
    assert lines(f"{HISTORY}?format=ndjson&known_at=2", key) == whole
    assert lines(f"{HISTORY}?format=ndjson", key) != whole


def test_it_is_compressed_for_who_takes_it_and_names_itself(key: str) -> None:
    answer = ask(f"{HISTORY}?format=csv", key=key, accept_encoding="gzip")

    assert (answer.headers["content-encoding"], answer.headers["cache-control"]) == ("gzip", "no-store")
    assert answer.headers["content-disposition"] == 'attachment; filename="history_2.csv"'
    assert len(gzip.decompress(answer.body).decode("utf-8-sig").splitlines()) == 8


def test_before_anything_was_known_it_is_empty(key: str) -> None:
    assert lines(f"{HISTORY}?format=ndjson&revision=0", key) == []
    assert (
        ask(f"{EVENTS}?format=csv&revision=0", key=key).body.decode("utf-8-sig").splitlines()[0].startswith("code,date")
    )


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "format"), ("format=xls", "format"), ("format=csv&after_code=x", "after_code"), ("format=csv&code=x", "code"),
        ("format=csv&after_code=7203&until_code=7203", "until_code"), ("format=csv&known_at=x", "known_at"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named(key: str, query: str, field: str) -> None:
    for path in (HISTORY, EVENTS):
        refused = ask(f"{path}?{query}", key=key)
        assert (refused.status, list(refused.json()["error"]["details"])) == (400, [field])
    assert ask(f"{HISTORY}?format=csv&revision=3", key=key).json()["error"]["code"] == "REVISION_NOT_FOUND"
