"""A delivery on its way is its sender's until the claim ends, whatever others do meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscriptions.channels.sending import Outcome
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.deliveries.claiming import claim_due, release
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.deliveries.outcomes import record_outcome
from subscriptions.destinations.models import Destination
from subscriptions.destinations.states import pause
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    SKIPPED,
    WAITING,
    make_hook,
    make_person,
    plan,
    send_all,
    state_of,
    statuses,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_destination_that_someone_sends_to_is_taken_by_nobody_else_until_the_claim_ends(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    (claimed,) = claim_due(5, is_failing=False)

    assert claim_due(5, is_failing=False) == []
    send_all()
    assert receiver.received == []

    Destination.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    send_all()
    assert receiver.ids() == [claimed.job.webhook_id if claimed.job else ""]


def test_who_comes_too_late_records_nothing(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1, 2)
    (late,) = claim_due(5, is_failing=False)
    Destination.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))
    (other,) = claim_due(5, is_failing=False)

    assert not record_outcome(late, Outcome(True, 204))
    assert (statuses(hook), DeliveryAttempt.objects.count()) == ([WAITING, WAITING], 0)
    assert not record_outcome(late, Outcome(False, 410, "HTTP_410", is_gone=True))
    assert state_of(hook) == ("active", "", 0)

    assert record_outcome(other, Outcome(True, 204))
    assert not record_outcome(other, Outcome(True, 204))
    assert (statuses(hook), DeliveryAttempt.objects.count()) == ([DELIVERED, WAITING], 1)


def test_what_was_let_go_is_taken_by_the_next_who_looks(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    (claimed,) = claim_due(5, is_failing=False)

    release(claimed)

    assert len(claim_due(5, is_failing=False)) == 1
    assert state_of(hook) == ("active", "", 0)


def test_who_is_asked_to_stop_begins_nothing_and_lets_go_what_it_took(receiver: Receiver) -> None:
    for number in range(3):
        hook, _ = make_hook(receiver.url(), f"{number}")
        plan(hook, 1)
    asked = iter([False, True])

    with Dispatcher(lambda: next(asked, True)) as dispatcher:
        assert not dispatcher.send_due(30)

    assert receiver.received == []
    assert set(Destination.objects.values_list("claim", flat=True)) == {None}
    send_all()
    assert len(receiver.received) == 3


def test_what_a_person_skips_or_pauses_while_it_is_on_its_way_stays_so(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    first, _second = plan(hook, 1, 2)
    (claimed,) = claim_due(5, is_failing=False)
    pause(hook, PauseReason.BY_PERSON)
    Delivery.objects.filter(pk=first.pk).update(status=SKIPPED, ended_at=timezone.now())

    assert record_outcome(claimed, Outcome(False, 500, "HTTP_500"))

    assert state_of(hook) == (DestinationStatus.PAUSED, PauseReason.BY_PERSON, 0)
    assert statuses(hook) == [SKIPPED, WAITING]
    assert DeliveryAttempt.objects.count() == 1


def test_what_was_purged_while_it_was_on_its_way_leaves_no_trace(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    (claimed,) = claim_due(5, is_failing=False)
    Delivery.objects.all().delete()

    assert record_outcome(claimed, Outcome(True, 204))

    assert DeliveryAttempt.objects.count() == 0
    hook.refresh_from_db()
    assert hook.claim is None


def test_another_s_claim_does_not_keep_anybody_from_looking(receiver: Receiver) -> None:
    """Owners are distinct, so that names may be the same."""
    one, _ = make_hook(receiver.url("/one"), owner=make_person("one"))
    two, _ = make_hook(receiver.url("/two"), owner=make_person("two"))
    plan(one, 1)
    plan(two, 1)
    claim_due(1, is_failing=False)

    send_all()

    assert len(receiver.received) == 1
