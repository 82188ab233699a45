"""Living: one list after the other comes in by the product's own import, and what is told of it is planned."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.contrib.auth.models import User
from django.test import override_settings
from django.utils import timezone
from tqdm import tqdm

from api.front.lease_time import waiting_once
from bench.long_life.costs import counted
from bench.long_life.notes import Notes
from companies.choices import EventType
from companies.errors import SnapshotRefused
from companies.ledger.snapshot_rows import collect_rows, pack_rows
from companies.ledger.snapshots import apply_snapshot
from companies.listed_issue import ListedIssue
from companies.models import ListingSnapshot
from subscriptions.destinations.making import make_webhook
from subscriptions.outbox.entries import KEPT_FOR, forget_old_entries, number_new_entries
from subscriptions.told.planning import plan_deliveries
from subscriptions.told.subscribing import subscribe

#: The source of all lists: the one that says most.
SOURCE = "jquants"
#: What is told of so many lists before a milestone is planned, each time.
LATELY = 20
_SAVED_EVERY = 50
_OWNER = "long-life"


def grow(lists: Iterator[tuple[date, list[ListedIssue]]], after: int, upto: int, notes: Notes) -> None:
    """Import the lists after that number, up to the other. Those that are there were imported before an interruption."""
    there = ListingSnapshot.objects.count()
    with waiting_once(), tqdm(total=upto, initial=after, desc="一覧", unit="件", disable=None, leave=False) as bar:
        for number in range(after + 1, upto + 1):
            day, issues = next(lists)
            bar.update()
            if number == there:
                _refuse_another_life(day, issues)
            if number <= there:
                continue
            with counted() as seen:
                _import_list(day, issues)
            notes.imports[number] = seen.cost
            if number == max(1, upto - LATELY):
                forget_what_was_told()
                follow()
            elif number > upto - LATELY:
                with counted() as seen:
                    plan_all()
                notes.plans[number] = seen.cost
            if number % _SAVED_EVERY == 0:
                notes.save()
    notes.save()


def _refuse_another_life(day: date, issues: list[ListedIssue]) -> None:
    newest = ListingSnapshot.objects.latest("date_in_force")
    if (newest.date_in_force, newest.sha256) != (day, pack_rows(collect_rows(issues)).sha256):
        raise RuntimeError(
            f"{newest.date_in_force} の一覧は、続けようとしている一覧と違います。--fresh で最初からやり直してください。"
        )


def _import_list(day: date, issues: list[ListedIssue]) -> None:
    """As an operator does: a list that is held back is looked at, and let in."""
    try:
        apply_snapshot(day, issues, SOURCE)
    except SnapshotRefused:
        apply_snapshot(day, issues, SOURCE, force=True)


def forget_what_was_told() -> None:
    """As the daily clean-up does, once more days than the outbox keeps have passed: of a life that passes in an hour it would keep everything."""
    number_new_entries()
    forget_old_entries(timezone.now() + KEPT_FOR + timedelta(days=1))


def follow() -> None:
    """Somebody who is told of all that happens from now on, of days of long ago too. Until then nobody was: it would take as long as the imports."""
    User.objects.filter(username=_OWNER).delete()
    with override_settings(ALLOW_PRIVATE_RECEIVERS=True):
        owner = User.objects.create_superuser(_OWNER)
        hook, _ = make_webhook(owner=owner, name=_OWNER, url="http://127.0.0.1:9/")
        kinds = [EventType.LISTED, EventType.DELISTED, EventType.RENAMED, EventType.MARKET_CHANGED]
        subscribe(owner=owner, name=_OWNER, destination=hook, kinds=kinds, includes_history=True)


def plan_all() -> None:
    """What is to be told of what came in since the last time."""
    while plan_deliveries(timezone.now()):
        pass
