"""The laws of telling: whatever comes in, in whatever order, however often the planner runs or is killed meanwhile, each is told what
concerns them once, in order; and who is told everything holds what the ledger holds.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from companies.choices import EventType
from companies.feed.revision_changes import load_changes
from companies.ledger.history_proof import rebuild_history
from companies.models import LedgerRevision, ListingEvent
from subscriptions.choices import LISTING_KINDS, Timing
from subscriptions.models import Subscription
from subscriptions.told.planning import plan_deliveries
from subscriptions.watching import make_watch_list
from tests.examples import trying
from tests.laws.reference import DatedList
from tests.laws.strategies import recorded_lists
from tests.laws.test_ledger_laws import forgotten_afterwards
from tests.laws.test_revision_laws import do_at_random, newest
from tests.subscriptions.told.followers import contents, follow, plan

pytestmark = pytest.mark.django_db

_FIRST_DAY = date(2024, 1, 4)
#: So that some of the days of a list are news and others are not, all are, or none is.
starts = st.sampled_from([_FIRST_DAY, *(timezone.localdate() - timedelta(days=days) for days in (49, 46, 20))])
kinds = st.lists(st.sampled_from(sorted(EventType.values)), min_size=1, unique=True)
choices = st.fixed_dictionaries(
    {
        "codes": st.none() | st.lists(st.sampled_from(["1301", "7203", "130A", "25935"]), min_size=1, unique=True),
        "market_codes": st.sampled_from([[], ["0111"], ["0112"]]),
        "includes_history": st.booleans(),
    }
)
Told = tuple[Any, ...]


def from_day(lists: list[DatedList], first: date) -> list[DatedList]:
    return [replace(entry, day=first + (entry.day - _FIRST_DAY)) for entry in lists]


def plan_and_die() -> None:
    """Killed after everything was written and before it was committed."""
    with transaction.atomic():
        plan_deliveries(timezone.now())
        transaction.set_rollback(True)


def do_something(data: st.DataObject) -> None:
    for is_killed in data.draw(st.lists(st.booleans(), max_size=2)):
        if is_killed:
            plan_and_die()
        else:
            plan()


def subscribe_at_random(owner: User, data: st.DataObject, made: list[tuple[Subscription, int]]) -> None:
    choice: dict[str, Any] = data.draw(choices)
    codes = choice.pop("codes")
    watch_list = make_watch_list(owner, f"リスト {len(made)}", codes) if codes else None
    made.append((follow(owner, *data.draw(kinds), watch_list=watch_list, **choice), newest()))


def expected(subscription: Subscription, since: int) -> list[Told]:
    """By another way: each revision as the feed tells it, and of its events those that concern the subscription."""
    found: list[Told] = []
    watch_list: Any = subscription.watch_list
    watched = set(watch_list.companies.values_list("code", flat=True)) if watch_list else None
    for revision in range(since + 1, newest() + 1):
        changes = next(load_changes([revision]))
        oldest = timezone.localtime(changes.revision.recorded_at).date() - timedelta(days=45)
        of_now = {what_of(event) for event in changes.appeared}
        of_before = {what_of(event) for event in changes.disappeared}
        for event, is_gone in [(one, True) for one in changes.disappeared] + [(one, False) for one in changes.appeared]:
            markets = {event["market_code"]}
            if event["type"] == "market_changed":
                markets |= {event["old_value"], event["new_value"]}
            is_told = (
                event["type"] in subscription.kinds
                and (watched is None or event["code"] in watched)
                and (not subscription.market_codes or markets & set(subscription.market_codes))
                and (subscription.includes_history or event["date"] >= oldest)
                and (subscription.includes_history or what_of(event) not in of_now & of_before)
            )
            if is_told:
                found.append((revision, is_gone, *event_of(event["type"], event["code"], event["date"], event)))
    return found


def what_of(event: dict[str, Any]) -> Told:
    return tuple(event[name] for name in ("type", "code", "date", "old_value", "new_value"))


def event_of(kind: str, code: str, day: date, told: dict[str, Any]) -> Told:
    return (
        kind,
        code,
        str(day),
        told["observed_after"] and str(told["observed_after"]),
        told["old_value"],
        told["new_value"],
    )


def told_to(subscription: Subscription) -> list[Told]:
    return [
        (content["revision"], notice["is_gone"], *event_of(notice["kind"], notice["code"], notice["date"], notice))
        for content in contents(subscription)
        for notice in content["notices"]
    ]


def replica_of(subscription: Subscription) -> set[Told]:
    """What appeared and was not taken back, message after message."""
    held = set[Told]()
    for _, is_gone, *event in told_to(subscription):
        if is_gone:
            held.remove(tuple(event))
        else:
            held.add(tuple(event))
    return held


def ledger_events() -> set[Told]:
    rows = ListingEvent.objects.values_list(
        "event_type", "code", "event_date", "observed_after", "old_value", "new_value"
    )
    return {
        (kind, code, str(day), after and str(after), old, new) for kind, code, day, after, old, new in rows
    }  # fmt: skip


@trying(20)
@given(lists=recorded_lists, first=starts, data=st.data())
def test_each_is_told_what_concerns_them_once_in_the_order_of_revisions(
    db: None, lists: list[DatedList], first: date, data: st.DataObject
) -> None:
    with forgotten_afterwards():
        owner = User.objects.create_superuser("law")
        made: list[tuple[Subscription, int]] = []
        subscribe_at_random(owner, data, made)

        def meanwhile() -> None:
            do_something(data)
            if data.draw(st.booleans()):
                subscribe_at_random(owner, data, made)

        do_at_random(from_day(lists, first), data, meanwhile)
        rebuild_history()
        plan()

        for subscription, since in made:
            in_order = [revision for revision, *_ in told_to(subscription)]
            assert in_order == sorted(in_order)
            assert sorted(told_to(subscription), key=str) == sorted(expected(subscription, since), key=str)


@trying(20)
@given(lists=recorded_lists, first=starts, data=st.data())
def test_who_is_told_everything_holds_the_events_of_the_ledger_at_once_and_by_digest(
    db: None, lists: list[DatedList], first: date, data: st.DataObject
) -> None:
    with forgotten_afterwards():
        owner = User.objects.create_superuser("law")
        everything: dict[str, Any] = {"includes_history": True}
        at_once = follow(owner, *LISTING_KINDS, **everything)
        daily = follow(owner, *LISTING_KINDS, timing=Timing.DAILY, digest_time=time(8), **everything)

        def meanwhile() -> None:
            do_something(data)
            if data.draw(st.booleans()):
                plan(due(daily))

        do_at_random(from_day(lists, first), data, meanwhile)
        plan(due(daily))

        assert replica_of(at_once) == ledger_events()
        assert replica_of(daily) == ledger_events()
        assert LedgerRevision.objects.count() == Subscription.objects.get(pk=at_once.pk).told_revision


def due(subscription: Subscription) -> datetime:
    subscription.refresh_from_db()
    assert subscription.digest_due_at is not None
    return subscription.digest_due_at
