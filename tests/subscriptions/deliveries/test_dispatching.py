"""Sending what is due: in order for each destination, once where it arrives, again where it does not, and nobody waits for another."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY
from pytest_django import Settings

from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.deliveries.retry_times import PAUSES_SECONDS
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import resume
from subscriptions.outbox.models import OutboxEntry
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    WAITING,
    make_due,
    make_hook,
    plan,
    send_all,
    state_of,
    statuses,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("deliveries_total", {"channel": "webhook", "outcome": outcome}) or 0.0


def next_in(destination: Destination) -> float:
    """Seconds from the last attempt, as it was written down, until the next."""
    destination.refresh_from_db()
    last = DeliveryAttempt.objects.filter(delivery__destination=destination).latest("pk")
    return (destination.next_attempt_at - last.at).total_seconds()


def test_what_waits_arrives_in_order_once_and_is_written_down(receiver: Receiver) -> None:
    hook, secret = make_hook(receiver.url())
    deliveries = plan(hook, 1, 2, 3)

    sent = send_all()

    assert (sent.attempted, sent.delivered) == (3, 3)
    assert receiver.ids() == [one.webhook_id for one in deliveries]
    assert [seen.json()["data"]["revision"] for seen in receiver.received] == [1, 2, 3]
    assert all(seen.is_signed_by(secret) for seen in receiver.received)
    assert statuses(hook) == [DELIVERED] * 3
    attempts = DeliveryAttempt.objects.values_list("delivery", "status_code", "error_code")
    assert list(attempts) == [(one.pk, 204, "") for one in deliveries]
    assert set(Delivery.objects.values_list("attempts", flat=True)) == {1}
    hook.refresh_from_db()
    assert (hook.claim, hook.claimed_until, hook.failures) == (None, None, 0)
    assert hook.last_delivered_at is not None

    assert (send_all().attempted, len(receiver.received)) == (0, 3)


@pytest.mark.parametrize("fault", ["error", "redirect", "cut", "refused"])
def test_what_did_not_arrive_is_tried_again_with_the_same_id_before_what_comes_after_it(
    receiver: Receiver, fault: str
) -> None:
    hook, _ = make_hook(receiver.url())
    first, second = plan(hook, 1, 2)
    receiver.fail(fault)

    send_all()
    assert (receiver.ids(), statuses(hook)) == ([first.webhook_id], [WAITING, WAITING])
    assert state_of(hook) == ("active", "", 1)
    assert 4 < next_in(hook) < 6
    failing_since = hook.failing_since
    assert failing_since is not None

    Destination.objects.update(next_attempt_at=timezone.now() + timedelta(hours=1))
    send_all()
    assert len(receiver.received) == 1  # not yet

    make_due(hook)
    send_all()
    assert receiver.ids() == [first.webhook_id, first.webhook_id, second.webhook_id]
    assert receiver.received[0].body == receiver.received[1].body
    assert statuses(hook) == [DELIVERED, DELIVERED]
    assert state_of(hook) == ("active", "", 0)
    assert hook.failing_since is None
    assert [one.attempts for one in Delivery.objects.order_by("pk")] == [2, 1]


def test_after_three_days_it_is_paused_and_its_owner_told_and_what_waits_stays(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1, 2)
    receiver.fail("error", times=100)

    for _attempt in PAUSES_SECONDS:
        make_due(hook)
        send_all()
        assert state_of(hook)[0] == "active"
    make_due(hook)
    send_all()

    assert state_of(hook) == ("paused", "keeps_failing", 10)
    assert (len(receiver.received), len(set(receiver.ids()))) == (10, 1)
    assert statuses(hook) == [WAITING, WAITING]
    (told,) = OutboxEntry.objects.filter(kind="destination_paused")
    assert (told.owner, told.subject) == (hook.owner, {"destination": hook.pk, "reason": "keeps_failing"})

    make_due(hook)
    send_all()
    assert len(receiver.received) == 10

    receiver.heal()
    assert resume(hook)
    send_all()
    assert (statuses(hook), state_of(hook)) == ([DELIVERED, DELIVERED], ("active", "", 0))


def test_410_ends_it_at_once_and_its_owner_is_told(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1, 2)
    receiver.fail("gone")

    send_all()
    make_due(hook)
    send_all()

    assert state_of(hook) == ("ended", "gone", 0)
    assert len(receiver.received) == 1
    assert statuses(hook) == [WAITING, WAITING]
    assert OutboxEntry.objects.filter(kind="destination_paused", owner=hook.owner).count() == 1


@pytest.mark.parametrize(
    ("fault", "least", "most"),
    [("too_many", 3_590, 3_601), ("until_noon", 7_100, 7_201), ("for_years", 86_390, 86_401), ("error", 4, 6)],
)
def test_a_receiver_that_asks_for_time_gets_it_up_to_a_day(
    receiver: Receiver, fault: str, least: float, most: float
) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    receiver.fail(fault)

    send_all()

    assert least < next_in(hook) < most
    assert len(receiver.received) == 1


def test_one_that_waits_for_its_next_attempt_holds_up_nobody_else(receiver: Receiver) -> None:
    dead, _ = make_hook(receiver.url("/dead"), "dead")
    living, _ = make_hook(receiver.url("/living"), "living")
    plan(dead, 1, 2)
    plan(living, 1, 2, 3)
    receiver.fail("error", path="/dead", times=100)

    send_all()

    assert (len(receiver.at("/dead")), len(receiver.at("/living"))) == (1, 3)
    assert statuses(living) == [DELIVERED] * 3


def test_those_that_never_answer_have_places_of_their_own(receiver: Receiver, settings: Settings) -> None:
    """All places of the failing are taken by receivers that hold their answers, and the living are told all the same."""
    limits = settings.DELIVERY_LIMITS
    for number in range(limits.failing_threads + 3):
        dead, _ = make_hook(receiver.url(f"/dead{number}"), f"dead{number}")
        plan(dead, 1)
    Destination.objects.update(failures=2)
    with Receiver() as lively:
        living, _ = make_hook(lively.url(), "living")
        plan(living, 1, 2, 3)
        receiver.hold_answers()

        with Dispatcher() as dispatcher:
            while len(lively.received) < 3 or statuses(living) != [DELIVERED] * 3:
                assert dispatcher.send_due(0.1)
            assert len(receiver.received) == limits.failing_threads
            receiver.let_answer()
            while dispatcher.send_due(30):
                pass

    assert len(receiver.received) == limits.failing_threads + 3


def test_destinations_take_turns(receiver: Receiver, settings: Settings) -> None:
    settings.DELIVERY_LIMITS = replace(settings.DELIVERY_LIMITS, threads=1)
    for name in ("one", "two"):
        hook, _ = make_hook(receiver.url(f"/{name}"), name)
        plan(hook, 1, 2, 3)

    send_all()

    assert [seen.path for seen in receiver.received] == ["/one", "/two"] * 3


def test_attempts_are_counted_by_what_came_of_them(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    receiver.fail("error")
    before = {name: counted(name) for name in ("delivered", "failed")}

    send_all()
    make_due(hook)
    send_all()

    assert {name: counted(name) - before[name] for name in before} == {"delivered": 1, "failed": 1}
