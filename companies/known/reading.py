"""What a reader of the ledger reads: it as it is now, or as it was known at a revision. Both have the same attributes."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from companies.errors import RevisionNotFound, SnapshotNotFound
from companies.ledger.entries import wait_for_writers
from companies.models import (
    Company,
    CompanyVersion,
    KnownEntry,
    KnownEvent,
    KnownVersion,
    LedgerRevision,
    ListingEvent,
    ListingSnapshot,
)

# By the index of days for each of them: nothing here is read once for every list that there is.
_DAYS_BEFORE = """
    SELECT DISTINCT found.day FROM (
        SELECT (SELECT min(date_in_force) FROM {lists} WHERE NOT is_superseded) AS day
        UNION ALL
        SELECT (SELECT max(date_in_force) FROM {lists} WHERE NOT is_superseded AND date_in_force < asked.day)
        FROM unnest(%s::date[]) AS asked (day)
    ) AS found WHERE found.day IS NOT NULL ORDER BY 1
"""
_AT_MOMENT = """
    SELECT clock_timestamp(),
        coalesce((SELECT number FROM ledger_revisions WHERE recorded_at <= %s ORDER BY recorded_at DESC LIMIT 1), 0),
        coalesce((SELECT max(number) FROM ledger_revisions), 0)
"""


@dataclass(frozen=True, slots=True)
class LedgerReading:
    """The ledger as it is now, or as it was known at a past revision: then inside `companies.known.revision.known_at` only."""

    is_past: bool = False

    @property
    def versions(self) -> Any:
        """Versions of companies; `code_path` leads from one to its code."""
        return KnownVersion.objects.all() if self.is_past else CompanyVersion.objects.all()

    @property
    def code_path(self) -> str:
        # What the release before wrote has its code only once it was numbered.
        return "code" if self.is_past else "company__code"

    def versions_of(self, code: str) -> Any:
        """Those of one company."""
        return self.versions.filter(**{self.code_path: code})

    def events_of(self, code: str) -> Any:
        """Those of one company. Of now by its id: a condition on this reaches the index."""
        if self.is_past:
            return self.events.filter(code=code)
        return self.events.filter(company=Company.objects.filter(code=code).values_list("pk", flat=True).first())

    @property
    def events(self) -> Any:
        """Listing events."""
        return KnownEvent.objects.all() if self.is_past else ListingEvent.objects.all()

    @property
    def lists(self) -> Any:
        """The lists that hold, as rows with their `date_in_force`."""
        return KnownEntry.objects.all() if self.is_past else ListingSnapshot.objects.holding()

    def list_days(self) -> list[date]:
        """The days with a list that holds, oldest first."""
        return list(self.lists.order_by("date_in_force").values_list("date_in_force", flat=True))

    def list_days_before(self, days: Iterable[date]) -> list[date]:
        """Of the days with a list the first of all, and the last before each of these, oldest first: as much of `list_days` as the
        events of these days need (`companies.events.derivation`), however many lists there are.
        """
        with connection.cursor() as cursor:
            cursor.execute(_DAYS_BEFORE.format(lists=self._table), [sorted({*days})])
            return [day for (day,) in cursor]

    def list_day_after(self, day: date) -> date | None:
        """The day of the next list."""
        following = self.lists.filter(date_in_force__gt=day).order_by("date_in_force")
        found: date | None = following.values_list("date_in_force", flat=True).first()
        return found

    def day_in_force(self, day: date) -> date:
        """The day of the list in force. Raises `SnapshotNotFound` before the first."""
        days = self.lists.order_by("-date_in_force").values_list("date_in_force", flat=True)
        found: date | None = days.filter(date_in_force__lte=day).first()
        if found is None:
            raise SnapshotNotFound(day=day, first_on=days.last())
        return found

    @property
    def _table(self) -> str:
        return str(self.lists.model._meta.db_table)


#: As it is known now.
NOW = LedgerReading()
#: As it was known at the revision that is set.
THEN = LedgerReading(is_past=True)


def find_day_in_force(days: list[date], day: date) -> date:
    """The last of the days up to `day`. Raises `SnapshotNotFound` before the first."""
    place = bisect_right(days, day)
    if place == 0:
        raise SnapshotNotFound(day=day, first_on=days[0] if days else None)
    return days[place - 1]


def newest_revision() -> int:
    """The number of the last revision that was committed; 0 before the first."""
    return LedgerRevision.objects.order_by("-number").values_list("number", flat=True).first() or 0


def find_revision(moment: datetime) -> int:
    """The last revision that was known at a moment; 0 before the first. Raises `RevisionNotFound` for one that is still to come.

    A writer bears a time of before its commit: while one is at work nobody can say what will have been known by now, so it
    is waited for. Then the answer for a past moment is the same for ever.
    """
    with transaction.atomic():
        now, number, newest = _ask(moment)
        if number == newest:
            wait_for_writers()
            # A statement of its own, which sees what was committed during the wait.
            _, number, newest = _ask(moment)
    if moment > now:
        raise RevisionNotFound(asked=timezone.localtime(moment).isoformat(), newest=newest)
    return number


def _ask(moment: datetime) -> tuple[datetime, int, int]:
    """The present, the last revision up to the moment, and the newest of all."""
    with connection.cursor() as cursor:
        # Moments go up with the numbers (`companies.ledger.entries.lock_ledger`).
        cursor.execute(_AT_MOMENT, [moment])
        now, number, newest = cursor.fetchone()
    return now, number, newest
