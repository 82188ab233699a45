"""How many listing events each month had: where in the past something happened, and of which months nothing is known."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth

from api.generations import read_generations
from companies.events.periods import find_edges
from companies.models import ListingEvent

_KEPT_SECONDS = 86_400
#: Shades of a month, from nothing to the most.
SHADES = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One month; `shade` from 0 (nothing) to `SHADES` (among the fullest).

    Without a list (`has_list`) nothing is known of it, whatever its count. The events of one that `reaches_back` may
    be of earlier months: the list before its first one is older.
    """

    first_day: date
    last_day: date
    count: int
    shade: int
    has_list: bool = True
    reaches_back: bool = False


def count_by_month() -> dict[date, int]:
    """Events by the first day of their month. Deriving them all takes a moment, so they are kept for a generation."""
    key = f"event-months:{read_generations().companies}"
    counts: dict[date, int] | None = cache.get(key)
    if counts is None:
        rows = ListingEvent.objects.order_by().annotate(month=TruncMonth("event_date")).values_list("month")
        counts = dict(rows.annotate(count=Count("id")))
        cache.set(key, counts, _KEPT_SECONDS)
    return counts


def lay_out_years(counts: dict[date, int], days: Sequence[date]) -> list[tuple[int, list[Month | None]]]:
    """Years from that of the newest list back to that of the first, each with its twelve months; none for those before
    the first list and after the newest. `days` are those with a list, oldest first.
    """
    if not counts:
        return []
    steps, known = _steps(counts), {day.replace(day=1) for day in days}
    return [
        (year, [_month(date(year, month, 1), counts, steps, days, known) for month in range(1, 13)])
        for year in range(days[-1].year, days[0].year - 1, -1)
    ]


def _steps(counts: dict[date, int]) -> list[int]:
    """Where the next shade begins, so that each shade has as many months as the others."""
    ordered = sorted(counts.values())
    return [ordered[len(ordered) * step // SHADES] for step in range(SHADES)]


def _month(
    first: date, counts: dict[date, int], steps: list[int], days: Sequence[date], known: Collection[date]
) -> Month | None:
    if first > days[-1] or first < days[0].replace(day=1):
        return None
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    count = counts.get(first, 0)
    return Month(
        first_day=first,
        last_day=last,
        count=count,
        shade=sum(count >= step for step in steps) if count else 0,
        has_list=first in known,
        reaches_back=count > 0 and find_edges(days, first, last).opening is not None,
    )
