"""How many listing events each month had: where in the past something happened."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Count
from django.db.models.functions import TruncMonth

from companies.models import ListingEvent
from config.api.generations import read_generations

_KEPT_SECONDS = 86_400
#: Shades of a month, from nothing to the most.
SHADES = 5


@dataclass(frozen=True, slots=True)
class Month:
    """One month; `shade` from 0 (nothing) to `SHADES` (among the fullest)."""

    first_day: date
    last_day: date
    count: int
    shade: int


def count_by_month() -> dict[date, int]:
    """Events by the first day of their month. Deriving them all takes a moment, so they are kept for a generation."""
    key = f"event-months:{read_generations().companies}"
    counts: dict[date, int] | None = cache.get(key)
    if counts is None:
        rows = ListingEvent.objects.order_by().annotate(month=TruncMonth("event_date")).values_list("month")
        counts = dict(rows.annotate(count=Count("id")))
        cache.set(key, counts, _KEPT_SECONDS)
    return counts


def lay_out_years(counts: dict[date, int], newest: date) -> list[tuple[int, list[Month | None]]]:
    """Years from the newest back to the first with events, each with its twelve months; none for those to come."""
    if not counts:
        return []
    steps = _steps(counts)
    return [
        (year, [_month(date(year, month, 1), counts, steps, newest) for month in range(1, 13)])
        for year in range(newest.year, min(counts).year - 1, -1)
    ]


def _steps(counts: dict[date, int]) -> list[int]:
    """Where the next shade begins, so that each shade has as many months as the others."""
    ordered = sorted(counts.values())
    return [ordered[len(ordered) * step // SHADES] for step in range(SHADES)]


def _month(first: date, counts: dict[date, int], steps: list[int], newest: date) -> Month | None:
    if first > newest:
        return None
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    count = counts.get(first, 0)
    return Month(first, last, count, sum(count >= step for step in steps) if count else 0)
