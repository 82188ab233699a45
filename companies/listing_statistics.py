"""How many companies are listed, where, since when, and how much happened: the figures of the first page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext

from companies.choices import SCALE_CATEGORIES, EventType
from companies.events.periods import find_edges, list_days
from companies.models import Company, ListingEvent, ListingSnapshot
from masters.naming import shown_name

#: The kinds of event that are counted by quarter, in the order in which people ask for them.
COUNTED_EVENTS = (EventType.LISTED, EventType.DELISTED, EventType.MARKET_CHANGED, EventType.RENAMED)
_WINDOWS_DAYS = (31, 124, 496)


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the listed companies have one value; `percent` is of the largest such number, for a bar."""

    code: str
    name: str
    count: int
    percent: int


@dataclass(frozen=True, slots=True)
class Quarter:
    """A calendar quarter and the number of events of each kind in it, in the order of `COUNTED_EVENTS`.

    `has_list` and `reaches_back` as of a month (`companies.events.calendar`). Counted is up to `counted_until`: its last day, or the day
    of the list that is shown, where later ones of the quarter wait for their day.
    """

    first_day: date
    last_day: date
    counted_until: date
    counts: list[tuple[str, str, int]]
    has_list: bool
    reaches_back: bool


def count_by_market() -> list[Share]:
    """In the order of the market segments."""
    return _shares("market__")


def count_by_sector17() -> list[Share]:
    """In the order of the sectors."""
    return _shares("sector17__")


def count_by_scale() -> list[Share]:
    """Largest companies first; those without a size class last."""
    counted = dict(Company.objects.active().order_by().values_list("scale_category").annotate(count=Count("id")))
    counted["-"] = counted.get("-", 0) + counted.pop(None, 0)
    names = [name for name in SCALE_CATEGORIES if counted.get(name)]
    return _with_percent([(name, gettext("なし") if name == "-" else name, counted[name]) for name in names])


def count_over_time(max_points: int) -> list[tuple[date, int]]:
    """How many companies each list has, oldest first; evenly thinned out, the first and the last always among them."""
    holding = ListingSnapshot.objects.come().order_by("date_in_force")
    points = list(holding.values_list("date_in_force", "row_count"))
    if len(points) <= max_points:
        return points
    step = (len(points) - 1) / (max_points - 1)
    return [points[round(position * step)] for position in range(max_points)]


def count_by_quarter(newest: date) -> list[Quarter]:
    """The quarter of `newest` and the one before it."""
    this_first = date(newest.year, newest.month - (newest.month - 1) % 3, 1)
    last_first = _first_of_month(this_first - timedelta(days=62))
    next_first = _first_of_month(this_first + timedelta(days=93))
    counted = {
        kind: (this, last)
        for kind, this, last in ListingEvent.objects.between(last_first, newest)
        .order_by()
        .values("event_type")
        .annotate(
            this=Count("id", filter=Q(event_date__gte=this_first)),
            last=Count("id", filter=Q(event_date__lt=this_first)),
        )
        .values_list("event_type", "this", "last")
    }
    days = list_days()
    return [
        Quarter(
            first_day=first,
            last_day=last,
            counted_until=newest if any(newest < day <= last for day in days) else last,
            counts=[(kind.value, str(kind.label), counted.get(kind, (0, 0))[place]) for kind in COUNTED_EVENTS],
            has_list=any(first <= day <= last for day in days),
            reaches_back=find_edges(days, first, last).opening is not None,
        )
        for place, (first, last) in enumerate(
            [(this_first, next_first - timedelta(days=1)), (last_first, this_first - timedelta(days=1))]
        )
    ]


def list_latest_events(newest: date, count: int) -> list[Any]:
    """The newest events up to a day, with their companies. Events are derived, so that only as many days as needed are looked at."""
    events = ListingEvent.objects.select_related("company")
    for days in _WINDOWS_DAYS:
        found = list(events.between(newest - timedelta(days=days), newest)[:count])
        if len(found) == count:
            return found
    return list(events.between(None, newest)[:count])


def _shares(master: str) -> list[Share]:
    named = Company.objects.active().order_by(f"{master}display_order").values_list(f"{master}code", shown_name(master))
    rows = named.annotate(count=Count("id"))
    return _with_percent([(code or "", name or gettext("区分なし"), count) for code, name, count in rows])


def _with_percent(rows: Sequence[tuple[str, str, int]]) -> list[Share]:
    largest = max((count for _, _, count in rows), default=1)
    return [Share(code, name, count, max(1, round(100 * count / largest))) for code, name, count in rows]


def _first_of_month(day: date) -> date:
    return day.replace(day=1)
