"""What is told together once a day, at a time of the day in Japan."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from subscriptions.models import Subscription
from subscriptions.told.digests import collect, next_digest_at
from subscriptions.told.subscribing import change_subscription
from subscriptions.told.told_notice import ToldNotice
from tests.subscriptions.told.followers import (
    EVENTS,
    apply_list,
    contents,
    days_ago,
    follow,
    make_person,
    nissan,
    plan,
    told,
    toyota,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("list_of_last_week")]


@pytest.fixture
def daily() -> Subscription:
    return follow(make_person(), *EVENTS, timing="daily", digest_time=time(8))


def due(subscription: Subscription) -> datetime:
    subscription.refresh_from_db()
    assert subscription.digest_due_at is not None
    return subscription.digest_due_at


@pytest.mark.parametrize(
    ("digest_time", "after", "expected"),
    [
        (time(8), "2026-11-26 22:59", "2026-11-26 23:00"), (time(8), "2026-11-26 23:00", "2026-11-27 23:00"),
        (time(23, 30), "2026-11-26 14:29", "2026-11-26 14:30"), (time(0, 15), "2026-12-31 15:15", "2027-01-01 15:15"),
        (time(0), "2026-11-26 14:59", "2026-11-26 15:00"),
    ],
)  # fmt: skip
def test_a_time_of_the_day_is_japan_s_whatever_the_server_s_clock(
    settings: Any, digest_time: time, after: str, expected: str
) -> None:
    settings.TIME_ZONE = "UTC"

    found = next_digest_at(digest_time, datetime.fromisoformat(after).replace(tzinfo=UTC))

    assert found.astimezone(UTC) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


def test_all_of_a_day_is_told_in_one_message_by_days_and_codes(daily: Subscription) -> None:
    apply_list(days_ago(3), toyota(market_code="0112"), nissan())
    apply_list(days_ago(1), toyota(market_code="0112"), nissan(company_name="日産", market_code="0112"))
    at = due(daily)

    assert plan(at - timedelta(seconds=1)) == 0
    assert plan(at) == 1

    [content] = contents(daily)
    assert (content["type"], content["total"], content["revision"], content["is_history"]) == ("digest", 3, 3, False)
    assert [(one["date"], one["code"], one["kind"]) for one in content["notices"]] == [
        (days_ago(3).isoformat(), "7203", "market_changed"), (days_ago(1).isoformat(), "7201", "market_changed"),
        (days_ago(1).isoformat(), "7201", "renamed"),
    ]  # fmt: skip
    assert due(daily) == at + timedelta(days=1)
    assert daily.told_revision == 3


def test_of_a_day_without_anything_nothing_is_told(daily: Subscription) -> None:
    at = due(daily)

    assert plan(at) == 0
    assert due(daily) == at + timedelta(days=1)


def test_what_came_and_was_taken_back_on_one_day_is_nothing(daily: Subscription) -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    withdraw_entry(ListingSnapshot.objects.latest("pk").pk, reason="誤り", withdrawn_by="tester")

    assert plan(due(daily)) == 0


def test_what_was_told_yesterday_and_is_taken_back_today_is_told(daily: Subscription) -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    plan(due(daily))
    withdraw_entry(ListingSnapshot.objects.latest("pk").pk, reason="誤り", withdrawn_by="tester")
    plan(due(daily))

    assert told(daily) == [("renamed", "7203"), ("-renamed", "7203")]


def test_after_days_without_a_planner_all_is_told_once_and_the_next_is_of_the_next_time(daily: Subscription) -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    late = due(daily) + timedelta(days=3, hours=5)

    assert [plan(late), plan(late)] == [1, 0]
    assert due(daily) == late - timedelta(hours=5) + timedelta(days=1)


def test_another_time_holds_from_its_next_coming_and_loses_nothing(daily: Subscription) -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    changed = change_subscription(daily, digest_time=time(12))

    at = due(daily)
    assert changed.digest_due_at == at
    assert at.astimezone(UTC).time() == time(3)
    assert plan(at) == 1


def test_who_wants_it_at_once_from_now_on_gets_what_waits(daily: Subscription) -> None:
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan())
    change_subscription(daily, timing="at_once")

    assert plan() == 1
    daily.refresh_from_db()
    assert (contents(daily)[0]["type"], daily.digest_due_at, daily.digest_time) == ("listing_events", None, None)


def test_of_an_issue_what_was_taken_back_stands_before_what_is_there_instead_and_what_is_of_no_day_last() -> None:
    renamed = {"kind": "renamed", "date": "2026-11-26", "code": "7203"}
    gone = ToldNotice({**renamed, "new": "トヨタ", "is_gone": True})
    there = ToldNotice({**renamed, "new": "トヨタ自動車", "is_gone": False})
    of_no_day = ToldNotice({"kind": "run_failed", "date": None})

    assert collect([of_no_day, there, gone]) == [gone, there, of_no_day]
