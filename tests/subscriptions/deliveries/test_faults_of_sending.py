"""What goes wrong on our side of a delivery: it is recorded, costs no other, and is sent again where it could not be recorded."""

from dataclasses import replace

import pytest
from django.utils import timezone
from pytest_django import Settings

from subscriptions.channels.sending import Job, Outcome
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import DeliveryAttempt
from subscriptions.destinations.models import Destination
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    WAITING,
    make_hook,
    plan,
    send_all,
    state_of,
    statuses,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_fault_of_a_channel_is_a_failure_and_takes_no_place_for_ever(receiver: Receiver) -> None:
    class Broken:
        def send(self, job: Job) -> Outcome:
            raise ZeroDivisionError

    hook, _ = make_hook(receiver.url())
    plan(hook, 1)

    with Dispatcher(channel_of=lambda _name: Broken()) as dispatcher:
        assert not dispatcher.send_due(30)

    assert state_of(hook) == ("active", "", 1)
    assert list(DeliveryAttempt.objects.values_list("error_code", flat=True)) == ["INTERNAL_ERROR"]


class Saying:
    """Answers by revision."""

    def __init__(self, **outcomes: Outcome) -> None:
        self._outcomes = outcomes
        self.asked: list[int] = []

    def send(self, job: Job) -> Outcome:
        self.asked.append(job.content["revision"])
        return self._outcomes.get(f"of_{job.content['revision']}", Outcome(True, 204))


def test_what_a_receiver_says_that_cannot_be_written_is_left_out_and_what_came_of_it_is_kept() -> None:
    hooks = [make_hook(f"http://127.0.0.1:9/{number}", f"{number}")[0] for number in (1, 2, 3)]
    for number, hook in enumerate(hooks, start=1):
        plan(hook, number)
    channel = Saying(
        of_1=Outcome(True, 200, answer_start="\ud800"), of_2=Outcome(False, 500, "HTTP_500", answer_start="\ud800")
    )

    with Dispatcher(channel_of=lambda _name: channel) as dispatcher:
        assert not dispatcher.send_due(30)

    assert (dispatcher.attempted, dispatcher.delivered) == (3, 2)
    assert [statuses(hook) for hook in hooks] == [[DELIVERED], [WAITING], [DELIVERED]]
    assert [state_of(hook)[2] for hook in hooks] == [0, 1, 0]
    attempts = DeliveryAttempt.objects.order_by("delivery_id").values_list("status_code", "error_code", "answer_start")
    assert list(attempts) == [(200, "", ""), (500, "HTTP_500", ""), (204, "", "")]


def test_what_cannot_be_written_at_all_costs_no_other_and_is_sent_again_when_its_claim_ends(settings: Settings) -> None:
    settings.DELIVERY_LIMITS = replace(settings.DELIVERY_LIMITS, threads=1)
    hooks = [make_hook(f"http://127.0.0.1:9/{number}", f"{number}")[0] for number in (1, 2)]
    for number, hook in enumerate(hooks, start=1):
        plan(hook, number)
    channel = Saying(of_1=Outcome(False, error_code="\ud800"))

    with Dispatcher(channel_of=lambda _name: channel) as dispatcher:
        assert not dispatcher.send_due(30)
        assert [statuses(hook) for hook in hooks] == [[WAITING], [DELIVERED]]
        Destination.objects.filter(claim__isnull=False).update(claimed_until=timezone.now())
        assert not dispatcher.send_due(30)

    assert channel.asked == [1, 2, 1]


def test_an_address_that_cannot_be_read_is_a_failure_that_is_told(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    Destination.objects.update(encrypted_address="gAAAAAnothing")

    send_all()

    assert list(DeliveryAttempt.objects.values_list("error_code", flat=True)) == ["ADDRESS_UNREADABLE"]
    assert state_of(hook) == ("active", "", 1)
    assert receiver.received == []
