"""What happened to watched companies since their list was last confirmed: by the ledger's revisions, not by days, so that a list of a
past day that came later is news too.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models.functions import Now

from companies.choices import EventType
from companies.events.derivation import Event, derive_events
from companies.events.intervals import describe_when
from companies.events.wording import EventWording
from companies.known.reading import THEN, newest_revision
from companies.known.revision import known_at
from companies.known.versions import load_known_versions
from database.connections import one_snapshot
from subscriptions.models import WatchList


@dataclass(frozen=True, slots=True)
class ToldChange:
    """One event that came to be known, or that is not known any more (`is_gone`)."""

    code: str
    company_name: str
    label: str
    when: str
    old: str
    new: str
    is_gone: bool


@dataclass(frozen=True, slots=True)
class WatchedChanges:
    """Of one watch list, up to a revision; newest days first."""

    watch_list: WatchList
    up_to: int
    companies: int
    changes: list[ToldChange] = field(default_factory=list)


def load_watched_changes(owner: Any) -> list[WatchedChanges]:
    """Of all lists of a person, all of one state of the data."""
    lists = list(WatchList.objects.filter(owner=owner).prefetch_related("companies"))
    if not lists:
        return []
    with one_snapshot():
        newest = newest_revision()
        codes = [{company.code for company in one.companies.all()} for one in lists]
        return [
            WatchedChanges(one, newest, len(watched), _changes(watched, one.seen_revision, newest))
            for one, watched in zip(lists, codes, strict=True)
        ]


def _changes(codes: Collection[str], seen: int, newest: int) -> list[ToldChange]:
    if not codes or seen >= newest:
        return []
    before, after = (_events_known_at(revision, codes) for revision in (seen, newest))
    appeared = [(event, False) for key, event in after.items() if key not in before]
    gone = [(event, True) for key, event in before.items() if key not in after]
    wording = EventWording()
    told = sorted((*appeared, *gone), key=lambda one: (-one[0]["date"].toordinal(), one[0]["code"], one[0]["type"]))
    return [_tell(event, wording, is_gone=is_gone) for event, is_gone in told]


def _events_known_at(revision: int, codes: Collection[str]) -> dict[tuple[Any, ...], Event]:
    """By what they say; between which two lists they came about may get to be known better without being news."""
    with known_at(revision):
        days: list[date] = THEN.list_days()
        found = [
            event for code, versions in load_known_versions(codes) for event in derive_events(code, versions, days)
        ]
    return {tuple(event[name] for name in ("code", "type", "date", "old_value", "new_value")): event for event in found}


def _tell(event: Event, wording: EventWording, *, is_gone: bool) -> ToldChange:
    old, new = (wording.name(event["type"], event[name]) for name in ("old_value", "new_value"))
    has_both = event["old_value"] is not None and event["new_value"] is not None
    return ToldChange(
        event["code"], event["company_name"], str(EventType(event["type"]).label),
        describe_when(event["observed_after"], event["date"]), old if has_both else "", new if has_both else "", is_gone,
    )  # fmt: skip


def confirm_changes(watch_list: WatchList, up_to: int) -> None:
    """The person has seen what happened up to a revision; never less than before."""
    now = newest_revision()
    WatchList.objects.filter(pk=watch_list.pk, seen_revision__lt=min(up_to, now)).update(
        seen_revision=min(up_to, now), seen_at=Now()
    )
