"""A notifier killed at each step of a delivery: nothing is lost, what is repeated bears the same id, and the order holds.

Where it is killed is held by locks of the test, or by a receiver that does not answer, never by time.
"""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, transaction

from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.destinations.models import Destination
from tests.fakes.receiver import Receiver
from tests.subscriptions.notifier import Notifier, somebody_waits_for_a_lock
from tests.subscriptions.telling import DELIVERED, WAITING, make_hook, plan, statuses
from tests.syncjobs.worker import wait_until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def notifier(transactional_db: None, tmp_path: Path) -> Iterator[Notifier]:
    """One that the test may kill."""
    started = Notifier(tmp_path / "notifier.log", queue=f"deliveries-{tmp_path.name}", ALLOW_PRIVATE_RECEIVERS="true")
    started.start()
    yield started
    if started.process.poll() is None:
        started.kill()


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
