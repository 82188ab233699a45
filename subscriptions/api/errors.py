"""Errors of telling others as the API tells them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models
from django.utils.translation import gettext
from rest_framework import serializers

from api.endpoints.errors import ApiError
from subscriptions.api.acting import Actor
from subscriptions.models import Delivery, Destination, Subscription, WatchList

_CODES = {
    Destination: "DESTINATION_NOT_FOUND",
    Subscription: "SUBSCRIPTION_NOT_FOUND",
    Delivery: "DELIVERY_NOT_FOUND",
    WatchList: "WATCH_LIST_NOT_FOUND",
}


def not_found(model: type[models.Model], pk: int) -> ApiError:
    """404: nothing of that id is in the caller's hands."""
    message = gettext("この ID の{name}はありません。").format(name=model._meta.verbose_name)
    return ApiError(404, _CODES[model], message, details={"id": pk})


def conflict(code: str, message: str, **details: Any) -> ApiError:
    """409: not as things stand."""
    return ApiError(409, code, message, details=details)


@contextmanager
def errors_by_field(names: Mapping[str, str] | None = None) -> Iterator[None]:
    """Turns Django's `ValidationError` inside the block into the API's 400; `names` are the API's own for some fields."""
    try:
        yield
    except ValidationError as error:
        own_names = {NON_FIELD_ERRORS: "body", **(names or {})}
        by_field = error.message_dict if hasattr(error, "error_dict") else {"body": error.messages}
        raise serializers.ValidationError(
            {own_names.get(name, name): messages for name, messages in by_field.items()}
        ) from error


@contextmanager
def name_given_once(actor: Actor, model: type[models.Model], name: str, *, but: int | None = None) -> Iterator[None]:
    """409 where the person has another of that name, also one that comes in between."""
    refuse_taken_name(actor, model, name, but=but)
    try:
        yield
    except (IntegrityError, ValidationError):
        refuse_taken_name(actor, model, name, but=but)
        raise


def refuse_taken_name(actor: Actor, model: type[models.Model], name: str, *, but: int | None) -> None:
    """With the id of the one that has it, where that is in the caller's hands: who asks again after an answer was lost finds it."""
    others = model._default_manager.filter(owner=actor.person, name=name).exclude(pk=but)
    taken = others.first()
    if taken is None:
        return
    is_seen = model is WatchList or actor.in_hands(others).exists()
    message = gettext("「{name}」という名前はもうあります。別の名前にしてください。").format(name=name)
    raise conflict("NAME_TAKEN", message, name=name, **({"id": taken.pk} if is_seen else {}))
