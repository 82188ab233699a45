"""The pages of telling others in English, in each state, without a Japanese word of their own."""

from collections.abc import Iterator
from datetime import time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus, PauseReason, Timing
from subscriptions.destinations.feeds import make_feed
from subscriptions.models import Delivery, Destination, SavedView, Subscription
from subscriptions.told.subscribing import subscribe
from subscriptions.watching import make_watch_list
from tests.admin.test_english import english, japanese_in
from tests.subscriptions.admin_pages import DELIVERIES, DESTINATIONS, SUBSCRIPTIONS, URL, delivery_to, webhook_of

pytestmark = pytest.mark.usefixtures("two_lists")
_STATES: tuple[dict[str, Any], ...] = (
    {"status": DestinationStatus.UNCONFIRMED, "channel": Channel.MAIL, "shown_address": "me@example.com"},
    {"status": DestinationStatus.PAUSED, "status_reason": PauseReason.BY_PERSON},
    {"status": DestinationStatus.PAUSED, "status_reason": PauseReason.KEEPS_FAILING},
    {"status": DestinationStatus.ENDED, "status_reason": PauseReason.GONE},
    {"failures": 3, "failing_since": timezone.now() - timedelta(hours=3)},
    {"last_delivered_at": timezone.now()},
)


@pytest.fixture
def owner(admin_client: Client, settings: Any) -> User:
    """With a destination in each state, deliveries and subscriptions."""
    settings.ALLOW_PRIVATE_RECEIVERS = True
    settings.MAIL_FROM = "Meigara <meigara@example.com>"
    user = User.objects.get()
    for number, state in enumerate(_STATES):
        destination = webhook_of(user, f"Receiver {number}", language="en")
        delivery_to(destination)
        delivery_to(destination, DeliveryStatus.DELIVERED)
        Destination.objects.filter(pk=destination.pk).update(**state)
    make_feed(owner=user, name="Feed")
    last = webhook_of(user, "Last", language="en")
    watch_list = make_watch_list(user, "Mine", ["1301"])
    view = SavedView.objects.create(owner=user, name="Prime", page="companies_company", query="market=0111")
    subscribe(
        owner=user,
        name="A",
        destination=last,
        kinds=["listed", "renamed", "delisted", "relisted"],
        watch_list=watch_list,
        market_codes=["0111"],
    )
    subscribe(owner=user, name="B", destination=last, kinds=["view_entered"], saved_view=view, timing=Timing.DAILY, digest_time=time(18))  # fmt: skip
    return user


def paths(owner: User) -> Iterator[str]:
    yield from (
        DESTINATIONS,
        SUBSCRIPTIONS,
        DELIVERIES,
        f"{DESTINATIONS}all/",
        f"{SUBSCRIPTIONS}add/",
        f"{DESTINATIONS}add/",
    )
    yield from (f"{DESTINATIONS}add/?channel={channel}" for channel in Channel.values)
    for one in Destination.objects.all():
        for action in ("change", "live", "resume", "rotate", "resend", "address", "delete"):
            if not (action == "rotate" and one.channel == Channel.MAIL):
                yield f"{DESTINATIONS}{one.pk}/{action}/"
        yield f"{DESTINATIONS}all/{one.pk}/stop/"
    for delivery in Delivery.objects.all()[:2]:
        yield f"{DELIVERIES}{delivery.pk}/change/"
        yield f"{DELIVERIES}{delivery.pk}/skip/"
    for subscription in Subscription.objects.all():
        yield f"{SUBSCRIPTIONS}{subscription.pk}/change/"


def test_no_page_says_anything_in_japanese(admin_client: Client, owner: User) -> None:
    client = english(admin_client)
    left = {}
    for path in paths(owner):
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        if found := japanese_in(page):
            left[path] = found[:4]

    assert left == {}


def test_nor_do_answers(admin_client: Client, owner: User) -> None:
    client = english(admin_client)
    one = Destination.objects.get(name="Last")
    page = f"{DESTINATIONS}{one.pk}"
    answers = [
        client.post(f"{DESTINATIONS}add/?channel=webhook", {"name": "New", "language": "en", "url": URL}),
        client.post(f"{DESTINATIONS}add/?channel=webhook", {"name": "New", "language": "en", "url": "ftp://x"}),
        client.post(f"{DESTINATIONS}add/?channel=atom", {"name": "Feed 2", "language": "en"}),
        client.post(f"{DESTINATIONS}add/?channel=mail", {"name": "Mail", "language": "en", "address": "x@example.com"}, follow=True),
        client.post(f"{DESTINATIONS}add/?channel=chat", {"name": "Chat", "language": "en", "url": "https://example.com/"}),
        client.post(f"{page}/test/", follow=True), client.post(f"{page}/pause/", follow=True), client.post(f"{page}/pause/", follow=True),
        client.post(f"{page}/test/", follow=True), client.post(f"{page}/resume/", {"answer": "skip"}, follow=True),
        client.post(f"{page}/rotate/", {"answer": "renew"}), client.post(f"{page}/rotate/"),
        client.post(f"{page}/resend/", {"since_0": "2024-03-01", "since_1": "10:00", "until_0": "2024-03-02", "until_1": "10:00"}),
        client.post(f"{SUBSCRIPTIONS}add/", {"name": "", "kinds": ["view_left"], "destination": one.pk, "timing": "daily"}),
        client.post(f"{SUBSCRIPTIONS}add/", {"name": "C", "kinds": ["view_left"], "destination": one.pk, "timing": "daily"}),
        client.get(f"{SUBSCRIPTIONS}add/?watch_list=999"), client.get("/admin/sign_in/recordedchange/"),
    ]  # fmt: skip

    assert [japanese_in(answer)[:3] for answer in answers] == [[]] * len(answers)
