"""A destination of any channel, as the API's caller describes it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers

from subscriptions.api.acting import Actor
from subscriptions.api.errors import errors_by_field, name_given_once
from subscriptions.choices import Channel
from subscriptions.destinations.chats import make_chat
from subscriptions.destinations.feeds import make_feed
from subscriptions.destinations.mail_addresses import make_mail
from subscriptions.destinations.making import make_webhook
from subscriptions.models import Destination

#: What the behaviours below call the address.
ADDRESS_NAMES = {"url": "address"}


@dataclass(frozen=True, slots=True)
class Made:
    """A new destination with what is shown this once."""

    destination: Destination
    secret: str | None = field(default=None, repr=False)
    feed_token: str | None = field(default=None, repr=False)


@sensitive_variables()
def make_destination(actor: Actor, values: Mapping[str, Any]) -> Made:
    """By the body. Raises the API's 400 and 409."""
    channel: Channel = values["channel"]
    address: Any = values.get("address")
    if channel == Channel.ATOM and address is not None:
        raise serializers.ValidationError(
            {"address": [gettext("Atom フィードに宛先はありません。作成した URL を読みます。")]}
        )
    if channel != Channel.ATOM and address is None:
        raise serializers.ValidationError({"address": [gettext("宛先を指定してください。")]})
    common = {
        "owner": actor.person, "name": values["name"], "language": values["language"], "api_key": actor.key,
    }  # fmt: skip
    with errors_by_field(ADDRESS_NAMES), name_given_once(actor, Destination, values["name"]):
        if channel == Channel.WEBHOOK:
            destination, secret = make_webhook(url=address, **common)
            return Made(destination, secret=secret)
        if channel == Channel.ATOM:
            destination, token = make_feed(**common)
            return Made(destination, feed_token=token)
        if channel == Channel.MAIL:
            return Made(make_mail(address=address, **common))
        return Made(make_chat(url=address, **common))
