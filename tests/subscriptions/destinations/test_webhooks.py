"""A webhook's life: made, changed, paused, resumed, tried; its secrets."""

import base64
from datetime import timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from subscriptions.channels.sending import Outcome
from subscriptions.checks import check_addresses_are_readable, check_claims_outlast_attempts
from subscriptions.choices import DestinationStatus, PauseReason
from subscriptions.deliveries.claiming import claim_due
from subscriptions.deliveries.limits import DeliveryLimits
from subscriptions.deliveries.outcomes import record_outcome
from subscriptions.destinations.addresses import read_address
from subscriptions.destinations.making import change_address, make_webhook
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import BOTH_HOLD, old_secret_ends_at, rotate_secret, usable_secrets
from subscriptions.destinations.silence import why_nothing_is_sent
from subscriptions.destinations.states import ALLOWED_BEFORE, change_status, pause, resume
from subscriptions.destinations.trial import send_test
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
URL = "http://127.0.0.1:9/hooks/very-secret?token=also-secret"


def test_a_webhook_is_made_with_a_secret_that_is_told_once_and_nothing_secret_is_readable() -> None:
    hook, secret = make_webhook(owner=make_person(), name=" 受信 ", url=f" {URL} ", language="en")

    hook = Destination.objects.get(pk=hook.pk)
    assert (hook.name, hook.channel, hook.language, hook.status, hook.shown_address) == (
        "受信", "webhook", "en", "active", "http://127.0.0.1:9/…",
    )  # fmt: skip
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert read_address(hook) == URL
    assert usable_secrets(hook) == [secret]
    stored = " ".join(str(getattr(hook, field.attname)) for field in Destination._meta.concrete_fields)
    assert not any(word in stored + repr(hook) for word in ("very-secret", "also-secret", secret))


def test_what_is_wrong_is_told_by_field_all_at_once() -> None:
    with pytest.raises(ValidationError) as refused:
        make_webhook(owner=make_person(), name=" ", url="ftp://example.com", language="fr")

    assert refused.value.message_dict == {
        "url": ["https:// から始まる URL を入力してください。"],
        "name": ["名前を入力してください。"],
        "language": ["選べる言語: ja, en"],
    }
    with pytest.raises(ValidationError, match="60 文字まで"):
        make_webhook(owner=make_person(), name="あ" * 61, url=URL)
    assert Destination.objects.count() == 0


def test_a_name_is_taken_once_by_a_person_and_by_others_too() -> None:
    make_hook(URL)
    with pytest.raises(ValidationError, match="「受信」という名前の通知先がもうあります"):
        make_hook(URL)
    make_hook(URL, owner=make_person("other"))
    assert Destination.objects.count() == 2


def test_a_person_has_no_more_destinations_than_a_page_shows() -> None:
    for number in range(20):
        make_hook(URL, f"{number}")
    with pytest.raises(ValidationError, match="1 人 20 件まで"):
        make_hook(URL, "one more")
    make_hook(URL, owner=make_person("other"))


def test_while_a_secret_is_changed_two_hold_for_a_day_and_never_three() -> None:
    hook, first = make_hook(URL)
    assert old_secret_ends_at(hook) is None
    second = rotate_secret(hook)
    now = timezone.now()

    assert usable_secrets(hook) == [second, first]
    assert usable_secrets(hook, now + BOTH_HOLD - timedelta(minutes=1)) == [second, first]
    assert usable_secrets(hook, now + BOTH_HOLD + timedelta(minutes=1)) == [second]
    ends_at = old_secret_ends_at(hook)
    assert ends_at is not None
    assert abs(ends_at - now - BOTH_HOLD) < timedelta(minutes=1)

    third = rotate_secret(hook)
    assert usable_secrets(Destination.objects.get(pk=hook.pk)) == [third, second]

    fourth = rotate_secret(hook, ends_old_at_once=True)
    assert usable_secrets(hook) == [fourth]


def test_both_secrets_sign_what_is_sent_meanwhile(receiver: Receiver) -> None:
    hook, first = make_hook(receiver.url())
    second = rotate_secret(hook)
    plan(hook, 1)

    send_all()

    assert [receiver.received[0].is_signed_by(one) for one in (first, second)] == [True, True]


def test_another_address_gets_what_waits_at_once_and_what_the_one_before_says_no_longer_counts(
    receiver: Receiver,
) -> None:
    hook, _ = make_hook(receiver.url("/old"))
    plan(hook, 1)
    receiver.fail("error", path="/old")
    send_all()
    make_due(hook)
    (claimed,) = claim_due(5, is_failing=True)

    change_address(hook, receiver.url("/new"))

    assert not record_outcome(claimed, Outcome(False, 410, "HTTP_410", is_gone=True))
    assert state_of(hook) == ("active", "", 0)
    send_all()
    assert (len(receiver.at("/old")), len(receiver.at("/new"))) == (1, 1)
    assert receiver.ids("/old") == receiver.ids("/new")
    with pytest.raises(ValidationError, match="https:// から始まる"):
        change_address(hook, "mailto:somebody@example.com")


def test_an_ended_one_begins_again_with_another_address(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url("/old"))
    plan(hook, 1)
    receiver.fail("gone")
    send_all()
    assert state_of(hook) == ("ended", "gone", 0)

    change_address(hook, receiver.url("/new"))
    send_all()

    assert state_of(hook) == ("active", "", 0)
    assert len(receiver.at("/new")) == 1


def test_pausing_and_resuming_hit_once_and_keep_what_waits(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())

    assert pause(hook)
    assert not pause(hook, PauseReason.KEEPS_FAILING)
    assert state_of(hook) == ("paused", "by_person", 0)
    assert why_nothing_is_sent(hook, timezone.now()) == "手動で停止"
    plan(hook, 1)
    send_all()
    assert receiver.received == []

    assert resume(hook)
    assert not resume(hook)
    assert why_nothing_is_sent(hook, timezone.now()) == ""
    send_all()
    assert statuses(hook) == [DELIVERED]
    assert OutboxEntry.objects.filter(kind="destination_paused").count() == 0  # the person knows


def test_resuming_without_what_waits_leaves_it_out(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    pause(hook)
    plan(hook, 1, 2)

    assert resume(hook, skip_waiting=True)
    send_all()

    assert statuses(hook) == [SKIPPED, SKIPPED]
    assert receiver.received == []


def test_one_that_is_active_is_not_resumed_and_loses_nothing_that_waits() -> None:
    hook, _ = make_hook(URL)
    plan(hook, 1)
    assert not resume(hook, skip_waiting=True)
    assert statuses(hook) == [WAITING]


@pytest.mark.parametrize("status", list(DestinationStatus))
def test_every_move_is_in_the_table(status: DestinationStatus) -> None:
    for before in DestinationStatus:
        hook, _ = make_hook(URL, f"{before}")
        Destination.objects.filter(pk=hook.pk).update(status=before)
        assert change_status(hook.pk, status) == (before in ALLOWED_BEFORE[status])
        hook.refresh_from_db()
        assert hook.status == (status if before in ALLOWED_BEFORE[status] else before)


def test_what_nobody_has_confirmed_cannot_be_resumed() -> None:
    hook, _ = make_hook(URL)
    Destination.objects.update(status="unconfirmed")
    assert not resume(hook)
    assert state_of(hook)[0] == "unconfirmed"


def test_a_test_goes_the_way_of_all_messages(receiver: Receiver) -> None:
    hook, secret = make_hook(receiver.url())
    plan(hook, 1)
    receiver.fail("error")
    send_all()

    delivery = send_test(hook)
    send_all()

    assert receiver.ids()[-1] == delivery.webhook_id
    assert len(receiver.received) == 3  # what waited is tried first, and at once
    told = receiver.received[-1]
    assert told.is_signed_by(secret)
    assert (told.json()["type"], told.json()["data"]["notices"]) == ("test", [])
    assert statuses(hook) == [DELIVERED, DELIVERED]


def test_two_tests_are_two_messages(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    assert send_test(hook).webhook_id != send_test(hook).webhook_id


def test_where_nothing_is_sent_a_test_says_why(receiver: Receiver) -> None:
    hook, _ = make_hook(receiver.url())
    pause(hook)
    with pytest.raises(ValidationError, match="手動で停止"):
        send_test(hook)
    Destination.objects.update(status="active", status_reason="", channel="atom")
    hook.refresh_from_db()
    with pytest.raises(ValidationError, match="フィード"):
        send_test(hook)
    assert statuses(hook) == []


def test_rotation_moves_addresses_and_secrets_to_the_new_key(settings: Settings) -> None:
    hook, secret = make_hook(URL)
    new = Fernet.generate_key().decode()
    settings.ENCRYPTION_KEYS = [new, *settings.ENCRYPTION_KEYS]
    output = StringIO()

    call_command("rotate_credentials", stdout=output)
    settings.ENCRYPTION_KEYS = [new]

    hook = Destination.objects.get(pk=hook.pk)
    assert (read_address(hook), usable_secrets(hook)) == (URL, [secret])
    assert "通知先の宛先 1 件、署名の鍵 1 件" in output.getvalue()


def test_a_start_without_the_key_is_refused_and_rotating_changes_nothing(settings: Settings) -> None:
    hook, _ = make_hook(URL)
    assert check_addresses_are_readable(databases=["default"]) == []
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    (error,) = check_addresses_are_readable(databases=["default"])
    with pytest.raises(CommandError, match="何も変更していません"):
        call_command("rotate_credentials")

    assert (error.id, "受信" in error.msg) == ("subscriptions.E002", True)
    assert Destination.objects.get(pk=hook.pk).encrypted_address == hook.encrypted_address


def test_a_claim_that_ends_before_an_attempt_may_end_is_refused_at_start(settings: Settings) -> None:
    assert check_claims_outlast_attempts() == []
    settings.DELIVERY_LIMITS = DeliveryLimits(claim_seconds=45.0)

    (error,) = check_claims_outlast_attempts()

    assert error.id == "subscriptions.E001"
    assert "DELIVERY_CLAIM_SECONDS=45" in error.msg
