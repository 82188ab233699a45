"""What only time makes true: looked at every minute, written into the outbox once for each occurrence, whoever looks and however often.

Days are those of Japan. What begins with a day is told in its morning, not at midnight.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import wraps
from itertools import pairwise
from typing import Any

import structlog
from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from api.models import ApiKey
from companies.models import HistoryProof
from datasources.models import DataSource
from subscriptions.choices import NoticeKind
from subscriptions.outbox.entries import record_entry
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.new_differences import tell_new_differences
from syncjobs.list_age import find_newest_day, find_old_list
from syncjobs.sources import enabled_list_sources

logger = structlog.get_logger(__name__)

_MORNING = time(8)
#: Days before its end on which the contract of a source is told of, and an API key; the nearest first.
_CONTRACT_STEPS = (1, 7, 30)
_KEY_STEPS = (timedelta(days=3), timedelta(days=14))
#: More than end between two looks.
_PROOFS = 20


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is true now. `occurrence` names this time, so that it is told once."""

    kind: NoticeKind
    occurrence: str
    subject: dict[str, Any]
    owner: AbstractBaseUser | None = None


def tell_conditions(moment: datetime) -> int:
    """Write down what is true at `moment` and was not told yet. Returns how much. One that cannot be looked at does not keep the
    others from being told; its error is raised afterwards.
    """
    count, failed = 0, None
    for look in _LOOKS:
        try:
            count += look(moment)
        except Exception as error:
            logger.exception("condition_not_looked_at", look=look.__qualname__)
            failed = error
    if failed is not None:
        raise failed
    return count


def _telling(find: Callable[[datetime], Iterator[Condition]]) -> Callable[[datetime], int]:
    """What writes down of that which `find` finds what was not told yet, and returns how much."""

    @wraps(find)
    def tell(moment: datetime) -> int:
        found = list(find(moment))
        asked = [condition.occurrence for condition in found]
        told = set(OutboxEntry.objects.filter(occurrence__in=asked).values_list("occurrence", flat=True))
        new = [one for one in found if one.occurrence not in told]
        # Of two who come here at once one writes it.
        return sum(
            record_entry(one.kind, subject=one.subject, owner=one.owner, occurrence=one.occurrence) for one in new
        )

    return tell


def _list_too_old(moment: datetime) -> Iterator[Condition]:
    """Once a day while it lasts."""
    today = timezone.localtime(moment)
    if today.time() < _MORNING:
        return
    old = find_old_list(find_newest_day(), list(enabled_list_sources()), moment)
    if old is not None:
        subject = {"day": old.day.isoformat(), "days_behind": old.days_behind}
        yield Condition(NoticeKind.LIST_TOO_OLD, f"list_too_old:{today.date()}", subject)


def _sources_ending(moment: datetime) -> Iterator[Condition]:
    """At each step before the last day, and only at the nearest of those that passed unseen. Tokens of V1 end too, but are made anew from
    what is stored; a source that refuses what is stored is told of by its run.
    """
    today = timezone.localtime(moment)
    if today.time() < _MORNING:
        return
    ending = DataSource.objects.filter(is_enabled=True, contract_ends_on__gte=today.date())
    for source in ending.order_by("pk"):
        ends_on: Any = source.contract_ends_on
        days_left = (ends_on - today.date()).days
        step = next((days for days in _CONTRACT_STEPS if days_left <= days), None)
        if step is None:
            continue
        subject = {
            "source": source.pk, "source_name": source.name, "ends_on": ends_on.isoformat(), "days_left": days_left,
        }  # fmt: skip
        yield Condition(NoticeKind.SOURCE_ENDING, f"source_ending:{source.pk}:{ends_on}:{step}", subject)


def _keys_ending(moment: datetime) -> Iterator[Condition]:
    """To whose key it is. A key that was made for less time than a step is not told of at that step."""
    ending = ApiKey.objects.filter(revoked_at=None, expires_at__gt=moment, expires_at__lte=moment + _KEY_STEPS[-1])
    for key in ending.select_related("created_by").order_by("pk"):
        ends_at: Any = key.expires_at
        step = next(step for step in _KEY_STEPS if ends_at - moment <= step)
        if ends_at - key.created_at <= step:
            continue
        subject = {
            "key": key.pk, "key_name": key.name, "prefix": key.prefix, "expires_at": ends_at.isoformat(),
            "days_left": (timezone.localdate(ends_at) - timezone.localdate(moment)).days,
        }  # fmt: skip
        occurrence = f"key_ending:{key.pk}:{ends_at.isoformat()}:{step.days}"
        yield Condition(NoticeKind.KEY_ENDING, occurrence, subject, key.created_by)


def _proofs_failed(_moment: datetime) -> Iterator[Condition]:
    """Where a proof found what the one before had not found."""
    newest = list(HistoryProof.objects.order_by("-pk")[: _PROOFS + 1])[::-1]
    # Of the oldest one that is looked at nobody knows what was before, unless it is the first of all.
    told_of: Iterable[HistoryProof | None] = newest if len(newest) > _PROOFS else [None, *newest]
    for before, proof in pairwise(told_of):
        if proof is None or not proof.difference_count or (before and before.fingerprint == proof.fingerprint):
            continue
        subject = {
            "proof": proof.pk, "proven_at": proof.started_at.isoformat(), "until_revision": proof.until_revision,
            "differences": proof.difference_count, "first_differences": proof.first_differences,
        }  # fmt: skip
        yield Condition(NoticeKind.PROOF_FAILED, f"proof_failed:{proof.pk}", subject)


_LOOKS: tuple[Callable[[datetime], int], ...] = (
    *map(_telling, (_list_too_old, _sources_ending, _keys_ending, _proofs_failed)), tell_new_differences,
)  # fmt: skip
