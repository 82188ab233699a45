"""Whether an event lies in a period: surely, perhaps, or surely not. A list shows what came about after the list before it
(`companies.events.intervals`), so that a period that begins or ends between two lists cuts through events; where the exchange told
the day of one, that decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.events.intervals import first_possible_day
from companies.events.official import OFFICIAL_KIND, find_official_on
from companies.events.periods import find_edges, list_days
from companies.issuers.official_dates.told import OfficialDays, load_official_days
from companies.models import ListingEvent


class Certainty(models.TextChoices):
    """Which events of a period are meant. Without a choice: those whose list is of the period."""

    CERTAIN = "certain", _("期間中に起きたことが確かなもの")
    POSSIBLE = "possible", _("期間中に起きたかもしれないものも")
    UNCERTAIN = "uncertain", _("期間中かどうか分からないものだけ")


def official_on_of(event: Any, days: Mapping[str, OfficialDays]) -> date | None:
    """What the exchange announced, where that is known."""
    return find_official_on(event.event_type, event.observed_after, event.event_date, days.get(event.code, ()))


def possible_days(observed_after: date | None, day: date, official_on: date | None) -> tuple[date, date]:
    """The first and the last day on which an event can have come about; both the official one where that is known."""
    return (official_on, official_on) if official_on else (first_possible_day(observed_after, day), day)


def judge(possible: tuple[date, date], first_day: date | None, last_day: date | None) -> Certainty | None:
    """Whether what came about on one of the possible days lies in the period: surely, perhaps, or not (`None`)."""
    first, last = first_day or date.min, last_day or date.max
    if possible[1] < first or possible[0] > last:
        return None
    return Certainty.CERTAIN if first <= possible[0] and possible[1] <= last else Certainty.UNCERTAIN


@dataclass(frozen=True, slots=True)
class EventsAcross:
    """What is known of the events across the edges of a period: `days` are those of their lists, the last of them of that after the
    period if `reaches` says so; of the events, by id, `inside` have their official day in the period, `told` have one at all.
    """

    days: list[date]
    reaches: date | None
    inside: list[str]
    told: list[str]


def find_across(first_day: date | None, last_day: date | None) -> EventsAcross:
    """Only the lists across its edges have others than certain ones, so that the official days of these two decide."""
    edges = find_edges(list_days(), first_day, last_day)
    days = [day for day in (edges.opening, edges.closing) if day is not None]
    found = [event for day in days for event in _with_official_days(day)]
    official = load_official_days({event.code for event in found}) if found else {}
    told = {event.id: on for event in found if (on := official_on_of(event, official))}
    inside = [pk for pk, on in told.items() if judge((on, on), first_day, last_day)]
    return EventsAcross(days, edges.closing, inside, list(told))


def _with_official_days(day: date) -> Any:
    """Events of a list whose day the exchange may have told."""
    events = ListingEvent.objects.filter(event_date=day, event_type__in=OFFICIAL_KIND)
    return events.only("event_type", "event_date", "observed_after", "code")


def narrow_by_certainty(
    events: Any, certainty: str, first_day: date | None, last_day: date | None, across: EventsAcross
) -> Any:
    """Of events of all times, those of a period that are so certain."""
    on_edges = Q(event_date__in=across.days)
    uncertain = on_edges & ~Q(id__in=across.told)
    if certainty == Certainty.UNCERTAIN:
        return events.between(min(across.days, default=None), max(across.days, default=None)).filter(uncertain)
    # Said of all of them once more, where the database can look it up.
    events = events.between(first_day, across.reaches or last_day)
    in_period = Q() if last_day is None else Q(event_date__lte=last_day)
    certain = (in_period & ~on_edges) | (on_edges & Q(id__in=across.inside))
    return events.filter(certain if certainty == Certainty.CERTAIN else certain | uncertain)
