"""Sending again, leaving out, and forgetting."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions.deliveries.models import Delivery, DeliveryAttempt, Message
from subscriptions.deliveries.purging import purge_deliveries
from subscriptions.deliveries.resending import send_again, send_range_again, skip
from subscriptions.destinations.feeds import make_feed
from subscriptions.destinations.states import pause
from subscriptions.tasks import purge_deliveries as purge_task
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    SKIPPED,
    WAITING,
    make_due,
    make_hook,
    make_message,
    make_person,
    plan,
    send_all,
    state_of,
    statuses,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_one_is_sent_again_with_its_id_and_its_words(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    (delivery,) = plan(hook, 1)
    send_all()
    delivery.refresh_from_db()

    again = send_again(delivery)
    send_all()

    assert (again.pk != delivery.pk, again.is_repeat, delivery.is_repeat) == (True, True, False)
    assert receiver.ids() == [delivery.webhook_id] * 2
    assert receiver.received[0].body == receiver.received[1].body
    assert statuses(hook) == [DELIVERED, DELIVERED]


def test_one_that_waits_is_not_doubled_but_tried_at_once(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    (delivery,) = plan(hook, 1)
    receiver.fail("error")
    send_all()
    delivery.refresh_from_db()

    assert send_again(delivery).pk == delivery.pk
    send_all()

    assert receiver.ids() == [delivery.webhook_id] * 2
    assert statuses(hook) == [DELIVERED]


def test_a_range_is_sent_again_in_order_each_message_once(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    other, _ = make_hook(receiver.url("/other"), "other")
    deliveries = plan(hook, 1, 2, 3, 4)
    plan(other, 1)
    send_all()
    began = timezone.now() - timedelta(hours=3)
    for hours, delivery in enumerate(deliveries):
        Delivery.objects.filter(pk=delivery.pk).update(created_at=began + timedelta(hours=hours))
    ids = [one.webhook_id for one in deliveries]
    send_again(Delivery.objects.get(pk=deliveries[2].pk))  # waits
    receiver.received.clear()

    assert send_range_again(hook, began + timedelta(hours=1), began + timedelta(hours=3)) == 1
    send_all()
    assert receiver.ids() == [ids[2], ids[1]]

    receiver.received.clear()
    assert send_range_again(hook, began, timezone.now() + timedelta(minutes=1)) == 4
    assert send_range_again(hook, began, timezone.now() + timedelta(minutes=1)) == 0  # they wait already
    send_all()
    assert receiver.ids() == ids
    assert receiver.at("/other") == []


def test_nothing_in_a_range_is_nothing_to_send(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    assert send_range_again(hook, timezone.now() - timedelta(days=1), timezone.now()) == 0


def test_who_skips_what_cannot_be_taken_frees_what_comes_after_it(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    first, second = plan(hook, 1, 2)
    receiver.fail("refused")
    send_all()

    assert skip(first)
    assert not skip(first)
    send_all()

    assert statuses(hook) == [SKIPPED, DELIVERED]
    assert receiver.ids() == [first.webhook_id, second.webhook_id]
    assert state_of(hook) == ("active", "", 0)


def test_who_skips_a_later_one_does_not_hasten_the_next(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    _first, second = plan(hook, 1, 2)
    receiver.fail("refused")
    send_all()

    assert skip(second)

    assert state_of(hook) == ("active", "", 1)
    send_all()
    assert len(receiver.received) == 1
    make_due(hook)
    send_all()
    assert statuses(hook) == [DELIVERED, SKIPPED]


def test_what_is_delivered_cannot_be_skipped(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    (delivery,) = plan(hook, 1)
    send_all()

    assert not skip(delivery)
    assert statuses(hook) == [DELIVERED]


def test_after_30_days_deliveries_attempts_and_messages_go_and_those_that_never_went_are_counted(
    receiver: Receiver,
) -> None:
    hook, _ = make_hook(receiver.url())
    sent, kept = plan(hook, 1, 2)
    send_all()
    pause(hook)
    (stuck,) = plan(hook, 3)
    alone = make_message(4)
    now = timezone.now()
    old, young = now - timedelta(days=30, seconds=1), now - timedelta(days=29)
    Delivery.objects.filter(pk__in=[sent.pk, stuck.pk]).update(created_at=old)
    Delivery.objects.filter(pk=kept.pk).update(created_at=young)
    Message.objects.update(created_at=old)
    Message.objects.filter(pk=alone.pk).update(created_at=young)

    purged = purge_deliveries(now)

    assert (purged.deliveries, purged.never_sent, purged.attempts, purged.messages) == (2, 1, 1, 2)
    assert list(Delivery.objects.values_list("pk", flat=True)) == [kept.pk]
    assert list(DeliveryAttempt.objects.values_list("delivery", flat=True)) == [kept.pk]
    assert set(Message.objects.values_list("pk", flat=True)) == {kept.message_id, alone.pk}

    again = purge_deliveries(now)
    assert (again.deliveries, again.never_sent, again.attempts, again.messages) == (0, 0, 0, 0)


def test_what_nobody_fetched_from_a_feed_is_not_told_as_never_sent() -> None:
    feed, _ = make_feed(owner=make_person(), name="自分の銘柄")
    pause(feed)
    plan(feed, 1)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))

    purged = purge_deliveries(timezone.now())

    assert (purged.deliveries, purged.never_sent) == (1, 0)


def test_the_task_forgets_what_is_old(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=31))
    Message.objects.update(created_at=timezone.now() - timedelta(days=31))

    purge_task()

    assert (Delivery.objects.count(), Message.objects.count()) == (0, 0)


def test_a_message_that_waits_for_a_paused_destination_stays_30_days(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    pause(hook)
    plan(hook, 1)
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=29))

    assert purge_deliveries(timezone.now()).deliveries == 0
    assert statuses(hook) == [WAITING]
