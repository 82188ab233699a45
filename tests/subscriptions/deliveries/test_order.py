"""Law: whatever receivers and people do, what a destination receives first comes in the order in which it was planned, nothing is lost,
and what is repeated is the same.
"""

from dataclasses import dataclass, field
from random import Random

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from subscriptions.channels.sending import Job, Outcome
from subscriptions.channels.webhook import make_body
from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.claiming import claim_due
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery
from subscriptions.deliveries.resending import send_again, skip
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import pause, resume
from tests.subscriptions.telling import make_hook, plan

pytestmark = pytest.mark.django_db

_OUTCOMES = [
    Outcome(True, 200), Outcome(True, 204), Outcome(False, 500, "HTTP_500"), Outcome(False, None, "TIMEOUT"),
    Outcome(False, 429, "HTTP_429", retry_after_seconds=60.0), Outcome(False, 410, "HTTP_410", is_gone=True),
]  # fmt: skip
_ACTIONS = ["plan", "send", "send", "lose a claim", "pause", "resume", "skip the next", "repeat the last", "make due"]


@dataclass
class Told:
    """Receivers that answer as they like, and what arrived at each, in order."""

    random: Random
    is_well: bool = False
    arrived: dict[int, list[str]] = field(default_factory=dict)
    bodies: dict[str, set[str]] = field(default_factory=dict)

    def send(self, job: Job) -> Outcome:
        outcome = Outcome(True, 200) if self.is_well else self.random.choice(_OUTCOMES)
        self.bodies.setdefault(job.webhook_id, set()).add(make_body(job))
        if outcome.is_delivered:
            self.arrived.setdefault(job.destination_id, []).append(job.webhook_id)
        return outcome

    def take_all(self) -> None:
        with Dispatcher(channel_of=lambda _name: self) as dispatcher:
            while dispatcher.send_due(30):
                pass


def act(action: str, hook: Destination, told: Told) -> None:
    own = Delivery.objects.filter(destination=hook).order_by("pk")
    head, last = own.filter(status=DeliveryStatus.WAITING).first(), own.last()
    if action == "plan":
        plan(hook, 1)
    elif action == "send":
        told.take_all()
    elif action == "lose a claim":  # its process was killed before it connected
        claim_due(1, is_failing=False)
        Destination.objects.exclude(claim=None).update(claimed_until=timezone.now())
    elif action == "make due":
        Destination.objects.update(next_attempt_at=timezone.now())
    elif action == "skip the next" and head:
        skip(head)
    elif action == "repeat the last" and last:
        send_again(last)
    elif action == "pause":
        pause(hook)
    elif action == "resume":
        resume(hook)


@given(steps=st.lists(st.tuples(st.sampled_from(_ACTIONS), st.integers(0, 2)), max_size=25), seed=st.integers(0, 2**16))
@settings(max_examples=30, deadline=None)
def test_each_destination_is_told_in_order_and_nothing_is_lost(steps: list[tuple[str, int]], seed: int) -> None:
    with transaction.atomic():
        hooks = [make_hook(f"http://127.0.0.1:9/{number}", f"{number}")[0] for number in range(3)]
        told = Told(Random(seed))
        for action, number in steps:
            act(action, hooks[number], told)

        told.is_well = True
        for hook in hooks:
            resume(hook)
            Destination.objects.update(next_attempt_at=timezone.now())
        told.take_all()

        for hook in hooks:
            planned = Delivery.objects.filter(destination=hook, is_repeat=False).order_by("pk")
            wanted = [one.webhook_id for one in planned if one.status == DeliveryStatus.DELIVERED]
            first_arrivals = list(dict.fromkeys(told.arrived.get(hook.pk, [])))
            assert [one for one in first_arrivals if one in wanted] == wanted
            left = Delivery.objects.filter(destination=hook, status=DeliveryStatus.WAITING)
            assert not left.exists()
        assert all(len(found) == 1 for found in told.bodies.values())
        transaction.set_rollback(True)
