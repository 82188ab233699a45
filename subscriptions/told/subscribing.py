"""Making subscriptions and changing them, with all that is wrong with one said at once, by field."""

from collections.abc import Collection, Iterable
from datetime import time
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from companies.known.reading import newest_revision
from subscriptions.choices import InactiveReason, Timing
from subscriptions.outbox.entries import newest_number, number_new_entries
from subscriptions.told.checks import MOST_SUBSCRIPTIONS, find_problems
from subscriptions.told.digests import next_digest_at
from subscriptions.told.models import Subscription
from subscriptions.told.view_members import ViewNotReadable, find_view_members

#: What may be changed.
CHANGEABLE = frozenset(
    [
        "name", "destination", "kinds", "watch_list", "saved_view", "market_codes", "includes_history", "timing", "digest_time",
        "is_active",
    ]
)  # fmt: skip


def subscribe(
    *, owner: Any, name: str, destination: Any, kinds: Iterable[str], watch_list: Any = None, saved_view: Any = None,
    market_codes: Iterable[str] = (), includes_history: bool = False, timing: str = Timing.AT_ONCE,
    digest_time: time | None = None, api_key: Any = None,
) -> Subscription:  # fmt: skip
    """A new one. What happened until now is no news. Raises `ValidationError` with a message for each field."""
    made = Subscription(
        owner=owner, name=name.strip(), destination=destination, kinds=_each_once(kinds), watch_list=watch_list,
        saved_view=saved_view, market_codes=_each_once(market_codes), includes_history=includes_history, timing=timing,
        digest_time=digest_time, api_key=api_key,
    )  # fmt: skip
    with transaction.atomic():
        _lock_owner(owner)
        problems = find_problems(made)
        if Subscription.objects.filter(owner=owner).count() >= MOST_SUBSCRIPTIONS:
            problems.setdefault("__all__", []).append(
                gettext("購読は 1 人 {most} 件までです。使わない購読を削除してください。").format(
                    most=MOST_SUBSCRIPTIONS
                )
            )
        _refuse(problems)
        _begin(made)
        made.save()
    return made


def change_subscription(subscription: Subscription, **changes: Any) -> Subscription:
    """Change what is named; all of it is checked as of a new one. What it is told of goes on where it was, but where it was not active
    or follows another view: then it begins anew. Raises `ValidationError`.
    """
    if unknown := changes.keys() - CHANGEABLE:
        raise ValidationError({name: gettext("変更できない項目です。") for name in sorted(unknown)})
    with transaction.atomic():
        _lock_owner(subscription.owner)
        now = Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
        before = (now.is_active, now.saved_view_id)
        for name, value in changes.items():
            setattr(now, name, _each_once(value) if name in ("kinds", "market_codes") else value)
        if now.timing == Timing.AT_ONCE and "digest_time" not in changes:
            now.digest_time = None
        now.name = now.name.strip()
        if "is_active" in changes:
            now.inactive_reason = "" if now.is_active else now.inactive_reason or InactiveReason.BY_PERSON
        # Whatever is wrong with one meanwhile, it can be stopped.
        if now.is_active or changes.keys() != {"is_active"}:
            _refuse(find_problems(now))
        if now.is_active and before != (True, now.saved_view_id):
            _begin(now)
        elif {"timing", "digest_time"} & changes.keys():
            _set_due(now)
        now.save()
    return now


def _begin(subscription: Subscription) -> None:
    """From now on. The view is looked at first: what comes meanwhile is told late rather than not at all."""
    subscription.view_members = None
    if subscription.saved_view is not None:
        try:
            subscription.view_members = find_view_members(subscription.saved_view, subscription.owner)
        except ViewNotReadable as why:
            raise ValidationError({"saved_view": why.problem or str(why.reason.label)}) from why
    number_new_entries()
    subscription.told_number, subscription.told_revision = newest_number(), newest_revision()
    _set_due(subscription)


def _set_due(subscription: Subscription) -> None:
    subscription.digest_due_at = None
    if subscription.timing == Timing.DAILY and subscription.digest_time is not None:
        subscription.digest_due_at = next_digest_at(subscription.digest_time, timezone.now())


def _lock_owner(owner: Any) -> None:
    """What a person makes at the same time in two windows is counted one after the other."""
    get_user_model()._default_manager.select_for_update().get(pk=owner.pk)


def _each_once(values: Collection[str] | Iterable[str]) -> list[str]:
    return list(dict.fromkeys(map(str, values)))


def _refuse(problems: dict[str, list[str]]) -> None:
    if problems:
        raise ValidationError(problems)
