"""Who has no right to be told, or has been stopped, gets nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from api.models import ApiKey
from subscriptions.destinations.models import Destination
from subscriptions.destinations.silence import Silence, find_silence
from tests.fakes.receiver import Receiver
from tests.subscriptions.telling import (
    DELIVERED,
    WAITING,
    make_hook,
    plan,
    send_all,
    statuses,
)  # fmt: skip

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


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
