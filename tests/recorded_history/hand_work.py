"""What a hand of the recorded history does: a process of the product that writes to the ledger, makes keys, and looks into the database.

It is asked by lines of JSON and answers by lines of JSON (`tests.recorded_history.hand`). When a change began and ended it says by the
machine's monotonic clock, which all processes share.
"""

import io
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from celery import current_app
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import Error, transaction
from django.utils import timezone

from api.keys import create_api_key
from companies.choices import RevisionKind
from companies.known.reading import newest_revision
from companies.known.revision import known_at
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import KnownVersion, LedgerRevision, ListingSnapshot
from database.connections import drop_broken_connections
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.making import make_webhook
from subscriptions.destinations.models import Destination
from subscriptions.models import WatchList
from subscriptions.told.subscribing import subscribe
from tests.factories import make_issue
from tests.recorded_history.copies import digest_of

Told = dict[str, Any]


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def apply(day: str, codes: list[str], name: str, *, dies_after_commit: bool = False) -> Told:
    """A list in which the first has that name."""
    first, *others = codes
    issues = [make_issue(first, company_name=name), *(make_issue(code) for code in others)]
    began = time.monotonic()
    with transaction.atomic():
        if dies_after_commit:
            # What is to be done after the commit is done in the order in which it was said: this comes before anything is published.
            transaction.on_commit(_die)
        applied = apply_snapshot(date.fromisoformat(day), issues, "jquants", force=True)
    ended = time.monotonic()
    if applied.outcome is Outcome.UNCHANGED:
        return {"revision": None}
    revision = (
        LedgerRevision.objects.filter(entry_id=applied.snapshot_id)
        .order_by("number")
        .values_list("number", flat=True)[0]
    )
    return {"revision": revision, "began": began, "ended": ended}


def withdraw(day: str) -> Told:
    """The list that holds for a day; only one hand does so at a time."""
    entry = ListingSnapshot.objects.holding().filter(date_in_force=day).values_list("pk", flat=True).first()
    if entry is None:
        return {"revision": None}
    began = time.monotonic()
    withdraw_entry(entry, reason="記録", withdrawn_by="hand")
    ended = time.monotonic()
    withdrawn = (
        LedgerRevision.objects.filter(kind=RevisionKind.WITHDRAWN)
        .order_by("-number")
        .values_list("number", flat=True)[0]
    )
    return {"revision": withdrawn, "began": began, "ended": ended}


def key(limit: int = 100_000_000) -> Told:
    person = _person()
    return {
        "key": create_api_key(
            name="history", scopes=["read", "subscribe"], rate_limit_per_hour=limit, created_by=person
        )[1]
    }


def follow(urls: list[str]) -> Told:
    """Have each of them told of every revision, and nobody else."""
    Delivery.objects.all().delete()
    Destination.objects.all().delete()
    for url in urls:
        destination, _ = make_webhook(owner=_person(), name=url.rpartition("/")[2], url=url)
        subscribe(
            owner=_person(), name=destination.name, destination=destination, kinds=["revision"], includes_history=True
        )
    return {"ended": time.monotonic()}


def tell(queue: str) -> Told:
    """As the schedule does, with the time over that a receiver is left alone after a failure."""
    Destination.objects.filter(next_attempt_at__gt=timezone.now()).update(next_attempt_at=timezone.now())
    current_app.send_task("subscriptions.tasks.tell_others", queue=queue, expires=4)
    return {}


def forget_the_dead() -> Told:
    """As if the time were over for which a process that was killed is believed to send."""
    return {"count": Destination.objects.exclude(claim=None).update(claimed_until=timezone.now())}


def newest() -> Told:
    return {"revision": newest_revision()}


def ledger_at(revision: int) -> Told:
    """What was known after a revision, by the ledger's own word."""
    with known_at(revision):
        fields = ("code", "validity", *(field.path for field in LEDGER_FIELDS))
        rows = list(KnownVersion.objects.values_list(*fields))
    return {
        "digest": digest_of([
            {"code": code, "valid_from": validity.lower, "valid_until": validity.upper, **dict(zip(TRACKED_FIELDS, state, strict=True))}
            for code, validity, *state in rows
        ])
    }  # fmt: skip


def lists_named(name: str) -> Told:
    """Watch lists of that name, which are gone afterwards."""
    found = WatchList.objects.filter(name=name)
    made = sorted(str(pk) for pk in found.values_list("pk", flat=True))
    found.delete()
    return {"made": made}


def command(words: list[str]) -> Told:
    """Of `manage.py`."""
    call_command(*words, stdout=io.StringIO(), stderr=io.StringIO())
    return {}


def _person() -> User:
    user, is_new = User.objects.get_or_create(username="history", defaults={"is_staff": True})
    if is_new:
        user.groups.add(Group.objects.get(name="analyst"))
    return user


WORK: dict[str, Callable[..., Told]] = {
    one.__name__: one
    for one in (apply, withdraw, key, follow, tell, forget_the_dead, newest, ledger_at, lists_named, command)
}


def serve() -> None:
    """Until the end of the input. A database that is away is told, and the next is tried."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            answer = WORK[asked.pop("work")](**asked)
        except Error as error:
            drop_broken_connections()
            answer = {"failed": f"{type(error).__name__}: {error}"}
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()
