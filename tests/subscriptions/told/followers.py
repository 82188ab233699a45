"""People who are told, where, and what they were told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.utils import timezone

from companies.choices import EventType
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from subscriptions.choices import Channel
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.models import Destination
from subscriptions.models import Subscription
from subscriptions.told.planning import plan_deliveries
from subscriptions.told.subscribing import subscribe
from tests.factories import make_issue

EVENTS = tuple(EventType.values)
_MOST_RUNS = 20


def make_person(name: str = "analyst", role: str = "analyst") -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def make_destination(owner: Any, name: str = "受信側", **fields: Any) -> Destination:
    values: dict[str, Any] = {"channel": Channel.WEBHOOK, **fields}
    destination: Destination = Destination.objects.create(owner=owner, name=name, **values)
    return destination


def follow(owner: Any, *kinds: str, destination: Destination | None = None, **choice: Any) -> Subscription:
    """A subscription to kinds, of all events where none is named."""
    count = Subscription.objects.count()
    place = destination or make_destination(owner, f"受信側 {count}")
    values: dict[str, Any] = {"name": f"購読 {count}", **choice}
    return subscribe(owner=owner, destination=place, kinds=kinds or EVENTS, **values)


def days_ago(count: int) -> date:
    return timezone.localdate() - timedelta(days=count)


def apply_list(day: date, *issues: ListedIssue, **how: Any) -> None:
    apply_snapshot(day, list(issues), "jpx", **{"force": True, **how})


def toyota(**fields: Any) -> ListedIssue:
    return make_issue("7203", **{"company_name": "トヨタ自動車", **fields})


def nissan(**fields: Any) -> ListedIssue:
    return make_issue("7201", **{"company_name": "日産自動車", **fields})


def plan(moment: datetime | None = None) -> int:
    """Until nothing is left to plan; how many deliveries came of it."""
    before = Delivery.objects.count()
    for _ in range(_MOST_RUNS):
        if not plan_deliveries(moment or timezone.now()):
            return Delivery.objects.count() - before
    raise AssertionError("the planner never ends")


def contents(subscription: Subscription | None = None, **which: Any) -> list[dict[str, Any]]:
    """What was told, in the order in which it is sent."""
    if subscription is not None:
        which["subscription"] = subscription
    deliveries = Delivery.objects.filter(**which).select_related("message").order_by("id")
    return [delivery.message.content for delivery in deliveries]


def told(subscription: Subscription | None = None, **which: Any) -> list[tuple[str, str]]:
    """Kind and code of every notice; what was taken back with a minus."""
    return [
        (("-" if notice.get("is_gone") else "") + notice["kind"], notice.get("code", ""))
        for content in contents(subscription, **which)
        for notice in content["notices"]
    ]


NOON = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
