"""Atom feeds: addresses that end with a token, which alone opens them, and what is put into them."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from subscriptions.choices import Channel, DeliveryStatus, DestinationStatus
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.making import begin_destination, save_destination
from subscriptions.destinations.models import Destination

#: What logs hide wherever it stands (`logs.scrubbing`).
TOKEN_PREFIX = "mgf_"  # noqa: S105
_TOKEN_BYTES = 32


@sensitive_variables("token")
def make_feed(
    *, owner: Any, name: str, language: str = settings.LANGUAGE_CODE, api_key: Any = None
) -> tuple[Destination, str]:
    """A feed, and the token that its address ends with, which is never shown again. Raises `ValidationError` by field (`name`,
    `language`).
    """
    destination = begin_destination(Channel.ATOM, owner=owner, name=name, language=language, api_key=api_key)
    token = _new_token()
    _put(destination, token)
    save_destination(destination)
    return destination, token


@sensitive_variables("token")
def renew_token(destination: Destination) -> str:
    """Another token; the address of before opens nothing any more. What the feed tells stays."""
    token = _new_token()
    _put(destination, token)
    destination.save(update_fields=["feed_token_hash", "shown_address"])
    return token


@sensitive_variables("token")
def find_feed(token: str) -> Destination | None:
    """The feed that a token opens, with its person and key."""
    feeds = Destination.objects.select_related("owner", "api_key").filter(channel=Channel.ATOM)
    return feeds.filter(feed_token_hash=_hash_of(token)).first()


@sensitive_variables("token")
def feed_path(token: str) -> str:
    """Where a feed is read, below the address of the product."""
    return f"/feeds/{token}.atom"


@sensitive_variables("token")
def feed_address(request: HttpRequest, token: str) -> str:
    """The whole of it, as people outside reach it where that is set, else as this request came."""
    path = feed_path(token)
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else request.build_absolute_uri(path)


@transaction.atomic
def publish_waiting() -> int:
    """Put what waits for feeds into them: it is delivered the moment it can be read. Returns how many. A feed that is paused gets it
    when it goes on.
    """
    waiting = Delivery.objects.filter(destination=OuterRef("pk"), status=DeliveryStatus.WAITING)
    feeds = Destination.objects.filter(Exists(waiting), channel=Channel.ATOM, status=DestinationStatus.ACTIVE)
    # Nobody is pausing them; whoever plans for them is not held up.
    locked = list(feeds.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True))
    if not locked:
        return 0
    now = database_now()
    put = Delivery.objects.filter(destination__in=locked, status=DeliveryStatus.WAITING)
    count = put.update(status=DeliveryStatus.DELIVERED, ended_at=now)
    Destination.objects.filter(pk__in=locked).update(last_delivered_at=now)
    return count


@sensitive_variables()
def _put(destination: Destination, token: str) -> None:
    destination.feed_token_hash = _hash_of(token)
    destination.shown_address = f"/feeds/{TOKEN_PREFIX}…{token[-4:]}.atom"


def _new_token() -> str:
    return TOKEN_PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


@sensitive_variables()
def _hash_of(token: str) -> str:
    """Of 256 random bits: nothing is gained by making it slow."""
    return hashlib.sha256(token.encode()).hexdigest()
