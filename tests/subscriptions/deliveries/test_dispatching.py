"""Sending what is due: in order for each destination, once where it arrives, again where it does not, and nobody waits for another."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from prometheus_client import REGISTRY
from pytest_django import Settings

from api.models import ApiKey
from subscriptions.channels.sending import Job, Outcome
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.deliveries.claiming import claim_due, release
from subscriptions.deliveries.dispatching import Dispatcher
from subscriptions.deliveries.models import Delivery, DeliveryAttempt
from subscriptions.deliveries.outcomes import record_outcome
from subscriptions.deliveries.retry_times import PAUSES_SECONDS
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import Silence, find_silence
from subscriptions.destinations.states import pause, resume
from subscriptions.outbox.models import OutboxEntry
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    SKIPPED,
    WAITING,
    make_due,
    make_hook,
    make_person,
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


@pytest.mark.parametrize("status", ["paused", "ended", "unconfirmed"])
def test_what_is_not_active_gets_nothing(receiver: Receiver, status: str) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    Destination.objects.update(status=status)

    send_all()

    assert (receiver.received, statuses(hook)) == ([], [WAITING])


def make_key(**fields: Any) -> ApiKey:
    found: ApiKey = ApiKey.objects.create(name="key", prefix="mg_", key_hash="h", scopes=["subscribe"], **fields)
    return found


@pytest.mark.parametrize(
    ("fields", "silence"),
    [
        ({"revoked_at": timezone.now()}, Silence.KEY_REVOKED),
        ({"expires_at": timezone.now() - timedelta(days=1)}, Silence.KEY_EXPIRED),
        ({"expires_at": timezone.now() + timedelta(days=1)}, None),
        ({}, None),
    ],
)
def test_a_key_that_opens_nothing_tells_nothing(
    receiver: Receiver, fields: dict[str, Any], silence: Silence | None
) -> None:
    hook, _ = make_hook(receiver.url(), api_key=make_key(**fields))
    plan(hook, 1)

    send_all()

    assert find_silence(hook, timezone.now()) == silence
    assert len(receiver.received) == (0 if silence else 1)
    assert statuses(hook) == [WAITING if silence else DELIVERED]


def test_a_person_who_is_not_active_any_more_is_told_nothing(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    plan(hook, 1)
    User.objects.update(is_active=False)
    hook = Destination.objects.get(pk=hook.pk)

    send_all()
    assert receiver.received == []
    assert find_silence(hook, timezone.now()) == Silence.OWNER_INACTIVE

    User.objects.update(is_active=True)
    send_all()
    assert len(receiver.received) == 1


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
