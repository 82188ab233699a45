"""The exchange's calendar over REST: what is told, what is computed, and which days have a list."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from api.generations import publish_and_wait
from api.keys import create_api_key
from companies.ledger.provisional.noting import note_fetched
from companies.ledger.snapshots import apply_snapshot
from syncjobs.calendar.facts import describe_days, find_disagreements
from syncjobs.models import CalendarDay
from tests.api import front
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db
TOLD_AT = datetime(2026, 11, 18, 8, 45, tzinfo=UTC)


def ask(client: Client, query: str = "") -> Any:
    return client.get(f"/api/v1/calendar{query}")


def tell(day: date, kind: str) -> None:
    CalendarDay.objects.update_or_create(
        day=day, defaults={"is_business_day": kind in ("business", "half_day"), "kind": kind, "learnt_at": TOLD_AT}
    )


def test_a_told_day_says_what_it_is_and_since_when_and_a_computed_one_only_whether_it_is_open(
    client_with_key: Client, two_lists: None
) -> None:
    tell(MARCH, "half_day")

    answer = ask(client_with_key, "?from=2024-03-29&to=2024-03-30")

    assert answer.status_code == 200
    assert answer.json() == {
        "from": "2024-03-29", "to": "2024-03-30",
        "days": [
            {
                "date": "2024-03-29", "is_business_day": True, "kind": "half_day", "basis": "told", "told_at": "2026-11-18T08:45:00Z",
                "previous_business_day": "2024-03-28", "next_business_day": "2024-04-01",
                "list": {"source": "jpx", "is_provisional": False},
            },
            {
                "date": "2024-03-30", "is_business_day": False, "kind": None, "basis": "computed", "told_at": None,
                "previous_business_day": "2024-03-29", "next_business_day": "2024-04-01", "list": None,
            },
        ],
    }  # fmt: skip


def test_a_closure_that_a_source_told_counts_for_the_days_beside_it_too(client_with_key: Client) -> None:
    tell(date(2026, 12, 1), "closed")
    tell(date(2026, 12, 2), "derivatives_only")

    days = ask(client_with_key, "?from=2026-11-30&to=2026-12-02").json()["days"]

    assert [day["is_business_day"] for day in days] == [True, False, False]
    assert [day["next_business_day"] for day in days] == ["2026-12-03"] * 3
    assert {day["previous_business_day"] for day in days[1:]} == {"2026-11-30"}
    assert [one.day for one in find_disagreements(date.min, date.max)] == [date(2026, 12, 1), date(2026, 12, 2)]


@pytest.mark.parametrize(
    ("first", "last", "closed"),
    [
        ("2027-04-29", "2027-05-05", {"04-29", "05-01", "05-02", "05-03", "05-04", "05-05"}),
        ("2026-12-30", "2027-01-04", {"12-31", "01-01", "01-02", "01-03"}),
        ("2026-09-19", "2026-09-24", {"09-19", "09-20", "09-21", "09-22", "09-23"}),
    ],
)
def test_golden_week_silver_week_and_the_turn_of_the_year_are_computed(
    client_with_key: Client, first: str, last: str, closed: set[str]
) -> None:
    days = ask(client_with_key, f"?from={first}&to={last}").json()["days"]

    assert {day["date"][5:] for day in days if not day["is_business_day"]} == closed


def test_a_list_that_may_still_be_revised_is_marked_and_the_mark_goes_at_once(two_lists: None) -> None:
    """Past the cache that stands ahead of Django."""
    _, key = create_api_key(name="reader", scopes=["read"])
    day, until = date(2024, 4, 1), datetime(2024, 3, 31, 23, tzinfo=UTC)
    path = "/api/v1/calendar?from=2024-04-01&to=2024-04-01"

    def fetch(at: datetime) -> None:
        result = apply_snapshot(day, [make_issue("7203")], "jquants", force=True)
        note_fetched(result, fetched_at=at, revisable_until=until, run_id=None)
        publish_and_wait()

    fetch(until - timedelta(hours=14))
    answer = front.ask(path, key=key)
    assert answer.json()["days"][0]["list"] == {"source": "jquants", "is_provisional": True}
    assert front.ask(path, key=key, if_none_match=answer.headers["etag"]).status == 304

    fetch(until + timedelta(minutes=15))

    answer = front.ask(path, key=key, if_none_match=answer.headers["etag"])
    assert (answer.status, answer.json()["days"][0]["list"]) == (200, {"source": "jquants", "is_provisional": False})


def test_without_a_period_it_is_the_31_days_from_today_on(client_with_key: Client) -> None:
    today = timezone.localdate()

    answer = ask(client_with_key).json()

    assert (answer["from"], answer["to"]) == (today.isoformat(), (today + timedelta(days=30)).isoformat())
    assert len(answer["days"]) == 31
    assert len(ask(client_with_key, "?to=2024-03-31").json()["days"]) == 31
    assert ask(client_with_key, "?to=2000-01-02").json()["from"] == "2000-01-01"
    assert ask(client_with_key, "?from=2099-12-30").json()["to"] == "2099-12-31"


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("?from=1999-12-31", "from", "2000-01-01 から 2099-12-31 までの日を指定してください。"),
        ("?to=2100-01-01", "to", "2000-01-01 から 2099-12-31 までの日を指定してください。"),
        ("?from=2024-01-01&to=2025-01-01", "to", "期間は 366 日までにしてください。"),
        ("?from=2024-03-02&to=2024-03-01", "from", "from は to 以前の日にしてください。"),
        ("?from=yesterday", "from", "YYYY-MM-DD の形の、実在する日付を指定してください。"),
        ("?day=2024-01-01", "day", "知らないパラメーターです。使えるもの: from, state, to"),
    ],
)
def test_what_cannot_be_asked_is_named(client_with_key: Client, query: str, field: str, words: str) -> None:
    answer = ask(client_with_key, query)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "VALIDATION_ERROR")
    assert answer.json()["error"]["details"] == {field: [words]}


def test_a_year_is_as_many_queries_as_a_day(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(3):  # what was told, the lists, the provisional ones
        assert len(describe_days(date(2024, 1, 1), date(2024, 12, 31))) == 366


def test_without_a_key_nothing_is_told(client: Client) -> None:
    assert client.get("/api/v1/calendar").status_code == 401
