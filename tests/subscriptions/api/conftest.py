"""Two people, keys of theirs, and what each made."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from api.keys import create_api_key
from subscriptions.choices import DeliveryStatus
from subscriptions.destinations.making import make_webhook
from subscriptions.models import Delivery, DeliveryAttempt, Destination, Message
from tests.subscriptions.told.followers import make_person

DESTINATIONS, SUBSCRIPTIONS, DELIVERIES = "/api/v1/destinations", "/api/v1/subscriptions", "/api/v1/deliveries"
WATCH_LISTS, SAVED_VIEWS = "/api/v1/watch-lists", "/api/v1/saved-views"
#: An address that no name has to be looked up for.
URL = "https://93.184.216.34/hook/very-secret-path"
HOOK = {"name": "社内", "channel": "webhook", "address": URL}


class Caller:
    """A person with a key, or signed in, who sends JSON."""

    def __init__(self, person: User, client: Client) -> None:
        self.person, self.client = person, client

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(path, {} if body is None else body, content_type="application/json")

    def patch(self, path: str, body: Any) -> Any:
        return self.client.patch(path, body, content_type="application/json")

    def delete(self, path: str) -> Any:
        return self.client.delete(path)


def with_key(person: User | None, *scopes: str) -> Caller:
    headers: Any = {"X-API-Key": create_api_key(name="bot", scopes=scopes or ("subscribe",), created_by=person)[1]}
    return Caller(person, Client(headers=headers))  # type: ignore[arg-type] # nobody is a case of its own


@pytest.fixture
def sato(db: None) -> User:
    return make_person("sato")


@pytest.fixture
def caller(sato: User) -> Caller:
    """Sato's program."""
    return with_key(sato)


@pytest.fixture
def other_key(sato: User) -> Caller:
    """Another program of the same person."""
    return with_key(sato)


@pytest.fixture
def signed_in(sato: User) -> Caller:
    """Sato at a browser."""
    client = Client()
    client.force_login(sato)
    return Caller(sato, client)


@pytest.fixture
def stranger(db: None) -> Caller:
    return with_key(make_person("tanaka"))


@pytest.fixture
def by_hand(sato: User) -> Destination:
    """What Sato made in the admin."""
    return make_webhook(owner=sato, name="手作業", url=URL)[0]


@pytest.fixture
def hook(caller: Caller) -> Any:
    """What Sato's program made, as it was told."""
    made = caller.post(DESTINATIONS, HOOK)
    assert made.status_code == 201, made.content
    return made.json()


@pytest.fixture
def deliver() -> Callable[..., Delivery]:
    """Puts a delivery where a destination has it."""

    def make(destination_id: int, status: str = DeliveryStatus.WAITING, **more: Any) -> Delivery:
        message = Message.objects.create(
            type="listing_events", content={"type": "listing_events", "revision": 2, "notices": []}, sha256="0" * 64,
            revision=2, notice_count=1,
        )  # fmt: skip
        at = None if status == DeliveryStatus.WAITING else "2026-11-26T00:00:00Z"
        values = {"webhook_id": f"msg_{message.pk}", "ended_at": at, **more}
        made: Delivery = Delivery.objects.create(
            destination_id=destination_id, message=message, status=status, **values
        )
        return made

    return make


def attempt(delivery: Delivery, status_code: int | None = 500, **more: Any) -> DeliveryAttempt:
    values = {"duration_ms": 7, "error_code": f"HTTP_{status_code}", "answer_start": "oops", **more}
    made: DeliveryAttempt = DeliveryAttempt.objects.create(delivery=delivery, status_code=status_code, **values)
    return made


def error_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def named(answer: Any) -> list[str]:
    """What an answer says is wrong."""
    assert error_of(answer) == (400, "VALIDATION_ERROR"), answer.content
    return sorted(answer.json()["error"]["details"])
