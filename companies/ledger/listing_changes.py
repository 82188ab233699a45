"""The events that a list makes, one by one."""

from dataclasses import dataclass
from datetime import date

from companies.models import ListingEvent


@dataclass(frozen=True, slots=True)
class ListingChange:
    """One event that a list would make."""

    code: str
    company_name: str
    event_type: str
    old: str | None
    new: str | None


def list_changes(day: date) -> list[ListingChange]:
    """Those of a day, by kind and code."""
    events = ListingEvent.objects.filter(event_date=day).order_by("event_type", "code")
    return [ListingChange(e.code, e.company_name, e.event_type, e.old_value, e.new_value) for e in events.iterator()]
