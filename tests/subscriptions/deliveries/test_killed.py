"""A notifier killed at each step of a delivery: nothing is lost, what is repeated bears the same id, and the order holds.

Where it is killed is held by locks of the test, or by a receiver that does not answer, never by time.
"""

import socket

import pytest
from django.db import connection, transaction

from subscriptions.deliveries.models import Delivery, DeliveryAttempt, Message
from subscriptions.destinations.models import Destination
from subscriptions.models import Subscription
from subscriptions.outbox.models import OutboxEntry
from tests.fakes.receiver import Receiver
from tests.subscriptions.notifier import Notifier, somebody_waits_for_a_lock
from tests.subscriptions.telling import DELIVERED, WAITING, make_hook, plan, statuses
from tests.subscriptions.told.followers import apply_list, days_ago, follow, nissan, toyota
from tests.subscriptions.told.followers import make_person as make_analyst
from tests.syncjobs.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def wait_for_arrival(hook: Destination, count: int) -> None:
    wait_until(lambda: statuses(hook) == [DELIVERED] * count, lambda: statuses(hook))


def bodies_differ(receiver: Receiver) -> bool:
    """Whether one id came with two contents."""
    return len({(seen.webhook_id, seen.body) for seen in receiver.received}) != len(set(receiver.ids()))


def test_killed_when_all_is_planned_and_nothing_claimed(notifier: Notifier, receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    deliveries = plan(hook, 1, 2, 3)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE destinations IN EXCLUSIVE MODE")
        notifier.tell()
        wait_until(somebody_waits_for_a_lock, notifier.log)
        notifier.kill()

    assert receiver.received == []
    notifier.start_after_kill()

    wait_for_arrival(hook, 3)
    assert receiver.ids() == [one.webhook_id for one in deliveries]


def test_killed_when_a_delivery_is_claimed_and_nobody_is_connected(notifier: Notifier) -> None:
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        # A queue of connections that takes no more: who connects waits.
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        for taken in (first, second):
            taken.setblocking(False)
            taken.connect_ex(("127.0.0.1", port))
        hook, _ = make_hook(f"http://127.0.0.1:{port}/hook")
        deliveries = plan(hook, 1, 2)
        notifier.tell()
        wait_until(lambda: Destination.objects.exclude(claim=None).exists(), notifier.log)
        notifier.kill()
    assert (statuses(hook), DeliveryAttempt.objects.count()) == ([WAITING, WAITING], 0)

    with Receiver().start(port) as receiver:
        notifier.start_after_kill()

        wait_for_arrival(hook, 2)
        assert receiver.ids() == [one.webhook_id for one in deliveries]


def test_killed_when_the_receiver_has_read_and_not_answered(notifier: Notifier, receiver: Receiver) -> None:
    hook, secret = make_hook(receiver.url())
    first, second = plan(hook, 1, 2)
    receiver.hold_answers()
    notifier.tell()
    wait_until(lambda: len(receiver.received) == 1, notifier.log)

    notifier.kill()
    receiver.let_answer()
    assert (statuses(hook), DeliveryAttempt.objects.count()) == ([WAITING, WAITING], 0)
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert receiver.ids() == [first.webhook_id, first.webhook_id, second.webhook_id]
    assert not bodies_differ(receiver)
    assert all(seen.is_signed_by(secret) for seen in receiver.received)


def test_killed_when_the_receiver_has_answered_and_nothing_is_recorded(notifier: Notifier, receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    first, second = plan(hook, 1, 2)
    receiver.hold_answers()
    notifier.tell()
    wait_until(lambda: len(receiver.received) == 1, notifier.log)
    with transaction.atomic():
        Destination.objects.select_for_update().get(pk=hook.pk)
        receiver.let_answer()
        wait_until(somebody_waits_for_a_lock, notifier.log)
        notifier.kill()

    assert (statuses(hook), DeliveryAttempt.objects.count()) == ([WAITING, WAITING], 0)
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert receiver.ids() == [first.webhook_id, first.webhook_id, second.webhook_id]
    assert not bodies_differ(receiver)
    assert list(Delivery.objects.order_by("pk").values_list("attempts", flat=True)) == [1, 1]


def test_killed_when_a_delivery_is_recorded_that_one_is_not_repeated(notifier: Notifier, receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url("/one"))
    other, _ = make_hook(receiver.url("/two"), "other")
    first, second = plan(hook, 1), plan(other, 1, 2)
    notifier.tell()
    wait_for_arrival(hook, 1)
    wait_for_arrival(other, 2)

    notifier.kill()
    third = plan(hook, 2)
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert receiver.ids("/one") == [one.webhook_id for one in first + third]
    assert receiver.ids("/two") == [one.webhook_id for one in second]


def test_one_that_is_asked_to_stop_records_what_is_on_its_way_and_begins_nothing_more(
    notifier: Notifier, receiver: Receiver
) -> None:
    hook, _ = make_hook(receiver.url())
    first, _second = plan(hook, 1, 2)
    receiver.hold_answers()
    notifier.tell()
    wait_until(lambda: len(receiver.received) == 1, notifier.log)

    notifier.process.terminate()
    wait_until(lambda: "worker_asked_to_stop" in notifier.log(), notifier.log)
    receiver.let_answer()
    notifier.process.wait(40)

    assert statuses(hook) == [DELIVERED, WAITING]
    assert receiver.ids() == [first.webhook_id]
    hook.refresh_from_db()
    assert hook.claim is None


@pytest.fixture
def told(receiver: Receiver) -> tuple[Destination, Subscription]:
    """Somebody is told of changes by webhook, and one came that nobody has looked at yet."""
    apply_list(days_ago(7), toyota(), nissan())
    owner = make_analyst()
    hook, _ = make_hook(receiver.url(), owner=owner)
    subscription = follow(owner, destination=hook)
    apply_list(days_ago(2), toyota(company_name="トヨタ"), nissan())
    apply_list(days_ago(1), toyota(company_name="トヨタ"), nissan(company_name="日産"))
    return hook, subscription


def kill_where_a_table_is_written(notifier: Notifier, table: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {table} IN EXCLUSIVE MODE")
        notifier.tell()
        wait_until(somebody_waits_for_a_lock, notifier.log)
        notifier.kill()


def codes_told(receiver: Receiver) -> list[list[str]]:
    """Of each message in the order in which they came."""
    return [[notice["code"] for notice in seen.json()["data"]["notices"]] for seen in receiver.received]


def test_killed_before_anything_is_planned(
    notifier: Notifier, receiver: Receiver, told: tuple[Destination, Subscription]
) -> None:
    hook, subscription = told
    kill_where_a_table_is_written(notifier, "outbox_entries")

    assert OutboxEntry.objects.filter(number=None).count() == 2
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert codes_told(receiver) == [["7203"], ["7201"]]
    numbers = OutboxEntry.objects.exclude(number=None).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, len(numbers) + 1))
    subscription.refresh_from_db()
    assert subscription.told_number == len(numbers)


def test_killed_while_it_is_planned(
    notifier: Notifier, receiver: Receiver, told: tuple[Destination, Subscription]
) -> None:
    hook, subscription = told
    before = subscription.told_number
    kill_where_a_table_is_written(notifier, "deliveries")

    subscription.refresh_from_db()
    assert (subscription.told_number, Message.objects.count(), Delivery.objects.count()) == (before, 0, 0)
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert codes_told(receiver) == [["7203"], ["7201"]]
    assert (Message.objects.count(), Delivery.objects.count()) == (2, 2)


def test_killed_at_every_step_one_after_the_other_all_is_told_once_in_order(
    notifier: Notifier, receiver: Receiver, told: tuple[Destination, Subscription]
) -> None:
    hook, _ = told
    for table in ("outbox_entries", "deliveries", "destinations"):
        kill_where_a_table_is_written(notifier, table)
        notifier.start()
    receiver.hold_answers()
    notifier.tell()
    wait_until(lambda: len(receiver.received) == 1, notifier.log)
    notifier.kill()
    receiver.let_answer()
    notifier.start_after_kill()

    wait_for_arrival(hook, 2)
    assert codes_told(receiver) == [["7203"], ["7203"], ["7201"]]
    assert len(set(receiver.ids())) == 2
    assert not bodies_differ(receiver)


def test_what_happens_while_one_is_waited_for_is_told_to_others(
    notifier: Notifier, receiver: Receiver, told: tuple[Destination, Subscription]
) -> None:
    """By the same task: the schedule sends no other while it is at work."""
    slow, subscription = told
    receiver.hold_answers()
    notifier.tell()
    wait_until(lambda: len(receiver.received) == 1, notifier.log)
    with Receiver() as quick:
        other, _ = make_hook(quick.url(), "other", owner=slow.owner)
        follow(slow.owner, destination=other)
        apply_list(days_ago(0), toyota(company_name="新トヨタ"), nissan(company_name="日産"))

        wait_until(lambda: len(quick.received) == 1, notifier.log)
        assert len(receiver.received) == 1
    receiver.let_answer()
    wait_for_arrival(slow, 3)
    assert codes_told(receiver) == [["7203"], ["7201"], ["7203"]]
    assert Delivery.objects.filter(subscription=subscription).count() == 3
