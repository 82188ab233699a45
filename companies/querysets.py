"""Named filters over the ledger's tables. A "day" is always a calendar date in Japan."""

from datetime import date
from typing import Any, Self

from django.db import models

from companies.errors import SnapshotNotFound


class CompanyQuerySet(models.QuerySet[Any]):
    """Companies in their latest known state."""

    def active(self) -> Self:
        """Those in the newest snapshot."""
        return self.filter(is_active=True)


class CompanyVersionQuerySet(models.QuerySet[Any]):
    """States of companies."""

    def as_of(self, day: date) -> Self:
        """The universe as of `day`: one version of each company listed then."""
        return self.filter(validity__contains=day)

    def oldest_first(self) -> Self:
        """In the order in which the states held."""
        return self.order_by("validity")


class ListingSnapshotQuerySet(models.QuerySet[Any]):
    """Entries of the ledger."""

    def holding(self) -> Self:
        """The entries that hold, one a date."""
        return self.filter(is_superseded=False)

    def get_in_force_on(self, day: date) -> Any:
        """The holding entry on or before `day`, without its rows. Raises `SnapshotNotFound` before the first."""
        holding = self.holding().defer("rows").order_by("date_in_force")
        entry = holding.filter(date_in_force__lte=day).last()
        if entry is None:
            first = holding.first()
            raise SnapshotNotFound(day=day, first_on=first.date_in_force if first else None)
        return entry


class ListingEventQuerySet(models.QuerySet[Any]):
    """Changes, derived from versions."""

    def between(self, first_day: date | None, last_day: date | None) -> Self:
        """Events from `first_day` to `last_day`, both included; `None` leaves that side open."""
        events = self
        if first_day is not None:
            events = events.filter(event_date__gte=first_day)
        if last_day is not None:
            events = events.filter(event_date__lte=last_day)
        return events
