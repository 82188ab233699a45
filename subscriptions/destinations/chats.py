"""Making a chat a destination."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from subscriptions.choices import Channel
from subscriptions.destinations.addresses import store_address
from subscriptions.destinations.chat_addresses import ChatAddress, read_chat_address
from subscriptions.destinations.making import begin_destination, save_destination
from subscriptions.destinations.models import Destination


@sensitive_variables("url", "address")
def make_chat(
    *, owner: Any, name: str, url: str, language: str = settings.LANGUAGE_CODE, api_key: Any = None
) -> Destination:
    """A chat that gets what is told to it. Raises `ValidationError` with what is wrong by field (`name`, `url`, `language`)."""
    address, problems = _read(url)
    destination = begin_destination(
        Channel.CHAT, owner=owner, name=name, language=language, api_key=api_key, problems=problems
    )
    if address is not None:  # else it was refused above
        store_address(destination, address.url, shown=address.shown)
    save_destination(destination)
    return destination


@sensitive_variables()
def _read(url: str) -> tuple[ChatAddress | None, dict[str, list[str]]]:
    try:
        return read_chat_address(url), {}
    except ValidationError as error:
        return None, {"url": error.messages}
