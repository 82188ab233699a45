"""Official days in the API: as they are, and on events; of now, and as they were known."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from companies.known.reading import newest_revision
from tests.api import reading

pytestmark = pytest.mark.django_db

YEAR = [Coverage("delisted", date(2024, 1, 1), date(2024, 12, 31))]
GONE = OfficialDay(
    "9984", "delisted", date(2024, 3, 15), "完全子会社化", date(2024, 1, 9), "ソフトバンクグループ", "プライム"
)
NEW = OfficialDay("130A", "listed", date(2024, 3, 22), company_name="Veritas")
COMING = OfficialDay("7203", "delisted", date(2024, 6, 3), "申請")


def get(client: Client, path: str) -> Any:
    return reading.get(client, f"companies/{path}")


@pytest.fixture
def client_with_days(two_lists: None, client_with_key: Client) -> Client:
    import_official_dates([GONE, NEW, COMING], origin="JPX", covers=YEAR)
    return client_with_key


def test_official_days_are_told_the_last_first(client_with_days: Client) -> None:
    answer = get(client_with_days, "announcements")

    assert [(one["code"], one["kind"], one["official_on"]) for one in answer["announcements"]] == [
        ("7203", "delisted", "2024-06-03"), ("130A", "listed", "2024-03-22"), ("9984", "delisted", "2024-03-15"),
    ]  # fmt: skip
    gone = answer["announcements"][-1]
    assert gone.pop("recorded_at").endswith("+09:00")
    assert gone == {
        "code": "9984", "kind": "delisted", "official_on": "2024-03-15", "reason": "完全子会社化", "announced_on": "2024-01-09",
        "company_name": "ソフトバンクグループ", "market": "プライム", "origin": "JPX", "recorded_in": newest_revision(),
    }  # fmt: skip
    assert (answer["total"], answer["limit"], answer["offset"]) == (3, 100, 0)


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("from=2024-03-16", ["7203", "130A"]), ("to=2024-03-15", ["9984"]), ("kind=listed", ["130A"]),
        ("kind=listed,delisted&from=2024-03-22&to=2024-03-22", ["130A"]), ("code=7203.T,9984", ["7203", "9984"]),
        ("limit=1&offset=1", ["130A"]), ("from=2030-01-01", []),
    ],
)  # fmt: skip
def test_official_days_can_be_narrowed(client_with_days: Client, query: str, codes: list[str]) -> None:
    assert [one["code"] for one in get(client_with_days, f"announcements?{query}")["announcements"]] == codes


@pytest.mark.parametrize("query", ["kind=split", "from=2024-02-30", "from=2024-03-02&to=2024-03-01", "day=2024-03-01"])
def test_what_cannot_be_asked_for_is_refused(client_with_days: Client, query: str) -> None:
    assert client_with_days.get(f"/api/v1/companies/announcements?{query}").status_code == 400


def test_a_cancelled_delisting_is_told_as_it_was_known_only(client_with_days: Client) -> None:
    before = newest_revision()
    import_official_dates([GONE], origin="JPX", covers=YEAR)

    assert [one["code"] for one in get(client_with_days, "announcements?kind=delisted")["announcements"]] == ["9984"]
    known = get(client_with_days, f"announcements?kind=delisted&known_at={before}")
    assert [one["code"] for one in known["announcements"]] == ["7203", "9984"]
    assert get(client_with_days, f"announcements?known_at={before - 1}")["total"] == 0


def official(events: list[dict[str, Any]]) -> dict[tuple[str, str], str | None]:
    return {(event["code"], event["type"]): event["official_on"] for event in events}


TOLD = {
    ("9984", "delisted"): "2024-03-15", ("130A", "listed"): "2024-03-22", ("7203", "market_changed"): None,
    ("1301", "renamed"): None,
}  # fmt: skip


def test_events_tell_their_official_day(client_with_days: Client) -> None:
    assert official(get(client_with_days, "events")["events"]) == TOLD
    assert official(get(client_with_days, "9984/history")["events"]) == {("9984", "delisted"): "2024-03-15"}


def test_events_as_known_before_tell_none(client_with_days: Client) -> None:
    before = newest_revision() - 1

    assert set(official(get(client_with_days, f"events?known_at={before}")["events"]).values()) == {None}
    assert official(get(client_with_days, f"9984/history?known_at={before}")["events"]) == {("9984", "delisted"): None}


def test_the_file_of_all_events_tells_it_too_in_either_format(client_with_days: Client) -> None:
    def file(query: str) -> str:
        answer: Any = client_with_days.get(f"/api/v1/companies/events/export?{query}")
        return b"".join(answer.streaming_content).decode("utf-8-sig")

    lines = [json.loads(line) for line in file("format=ndjson").splitlines()]
    rows = list(csv.DictReader(io.StringIO(file("format=csv"))))
    assert official(lines) == TOLD
    assert official(rows) == {key: on or "" for key, on in TOLD.items()}
    old = file(f"format=ndjson&known_at={newest_revision() - 1}")
    assert {json.loads(line)["official_on"] for line in old.splitlines()} == {None}


def test_official_days_of_a_page_of_events_cost_one_query_as_known_before_and_none_as_known_now(
    client_with_days: Client,
) -> None:
    before = newest_revision() - 1
    assert [_queries(client_with_days, f"limit={limit}&known_at={before}") for limit in (2, 4)] == [1, 1]
    get(client_with_days, "events?limit=1")  # they are read with the index of all events
    assert [_queries(client_with_days, f"limit={limit}") for limit in (2, 4)] == [0, 0]


def _queries(client: Client, query: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        get(client, f"events?{query}")
    return sum("official_dates" in one["sql"] for one in queries.captured_queries)
