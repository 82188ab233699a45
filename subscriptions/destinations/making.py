"""Making destinations and changing where they lead."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from database.connections import database_now
from subscriptions.choices import Channel, DestinationStatus
from subscriptions.destinations.addresses import shown_url, store_address, validate_receiver_url
from subscriptions.destinations.models import Destination
from subscriptions.destinations.secrets import make_secret, store_secret
from subscriptions.told.checks import MOST_DESTINATIONS

_LONGEST_NAME = 60


@sensitive_variables("url", "secret")
def make_webhook(
    *, owner: Any, name: str, url: str, language: str = settings.LANGUAGE_CODE, api_key: Any = None
) -> tuple[Destination, str]:
    """A webhook that gets what is told to it, and the secret that its messages are signed with, which is never shown again.

    Raises `ValidationError` with what is wrong by field (`name`, `url`, `language`).
    """
    url = url.strip()
    destination = begin_destination(
        Channel.WEBHOOK, owner=owner, name=name, language=language, api_key=api_key, problems=_problems_of(url)
    )
    store_address(destination, url, shown=shown_url(url))
    secret = make_secret()
    store_secret(destination, secret)
    save_destination(destination)
    return destination, secret


@sensitive_variables("url")
def change_address(destination: Destination, url: str) -> None:
    """Have a webhook lead elsewhere. What waits is sent there at once, also what is on its way to where it led; one that the receiver
    had ended begins again.

    Raises `ValidationError` (`url`).
    """
    url = url.strip()
    if destination.channel != Channel.WEBHOOK:
        raise ValidationError({"url": gettext("URL を変更できるのは Webhook だけです。")})
    if problems := _problems_of(url):
        raise ValidationError(problems)
    with transaction.atomic():
        found = Destination.objects.select_for_update().get(pk=destination.pk)
        store_address(found, url, shown=shown_url(url))
        found.failures, found.failing_since, found.next_attempt_at = 0, None, database_now()
        # What the receiver of before says no longer counts.
        found.claim = found.claimed_until = None
        if found.status == DestinationStatus.ENDED:
            found.status, found.status_reason, found.status_changed_at = DestinationStatus.ACTIVE, "", database_now()
        found.save(
            update_fields=[
                "encrypted_address", "shown_address", "failures", "failing_since", "next_attempt_at", "status", "status_reason",
                "status_changed_at", "claim", "claimed_until",
            ]
        )  # fmt: skip
    destination.refresh_from_db()


@sensitive_variables("url")
def _problems_of(url: str) -> dict[str, list[str]]:
    try:
        validate_receiver_url(url)
    except ValidationError as error:
        return {"url": error.messages}
    return {}


def begin_destination(
    channel: Channel, *, owner: Any, name: str, language: str, api_key: Any = None,
    problems: dict[str, list[str]] | None = None,
) -> Destination:  # fmt: skip
    """One that is not saved yet, of any channel. Raises `ValidationError` with `problems` and those of its own fields together."""
    name = name.strip()
    found = dict(problems or {})
    if not name:
        found["name"] = [gettext("名前を入力してください。")]
    elif len(name) > _LONGEST_NAME:
        found["name"] = [gettext("名前は {most} 文字までです。").format(most=_LONGEST_NAME)]
    elif Destination.objects.filter(owner=owner, name=name).exists():
        found["name"] = [_taken(name)]
    if language not in dict(settings.LANGUAGES):
        found["language"] = [gettext("選べる言語: {languages}").format(languages=", ".join(dict(settings.LANGUAGES)))]
    if found:
        raise ValidationError(found)
    return Destination(channel=channel, owner=owner, name=name, language=language, api_key=api_key)


def save_destination(destination: Destination) -> None:
    """For the first time. Raises `ValidationError` where the person has as many as one may have, and (`name`) where another of the name
    came in between.
    """
    try:
        with transaction.atomic():
            # Of two at once, one after the other.
            get_user_model().objects.select_for_update().get(pk=destination.owner_id)
            if Destination.objects.filter(owner=destination.owner_id).count() >= MOST_DESTINATIONS:
                raise ValidationError(
                    gettext("通知先は 1 人 {most} 件までです。使わない通知先を削除してください。").format(
                        most=MOST_DESTINATIONS
                    )
                )
            destination.save(force_insert=True)
    except IntegrityError:
        if not Destination.objects.filter(owner=destination.owner, name=destination.name).exists():
            raise
        raise ValidationError({"name": [_taken(destination.name)]}) from None
    destination.refresh_from_db()


def _taken(name: str) -> str:
    return gettext("「{name}」という名前の通知先がもうあります。別の名前にしてください。").format(name=name)
