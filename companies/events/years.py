"""How many issues came and went in each year, by market: surely, and perhaps, where two lists lie on both sides of a new year."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from django.core.cache import cache

from api.generations import read_generations
from companies.apps import COMPANIES
from companies.events.certainty import possible_days
from companies.events.official import OFFICIAL_KIND, find_official_on
from companies.events.periods import list_days
from companies.issuers.official_dates.told import load_official_days
from companies.models import ListingEvent

_KEPT_SECONDS = 86_400


@dataclass(slots=True)
class Count:
    """`uncertain` are events of this year or of one beside it: they are counted in each of them."""

    certain: int = 0
    uncertain: int = 0


@dataclass(slots=True)
class Year:
    """By code of the market of then (`None`: not told)."""

    year: int
    by_market: dict[str | None, Count] = field(default_factory=dict)

    @property
    def total(self) -> Count:
        counts = self.by_market.values()
        return Count(sum(one.certain for one in counts), sum(one.uncertain for one in counts))


def count_by_year() -> dict[str, list[Year]]:
    """By kind of event, the newest year first, from that of the newest list back to that of the first; none without a list. Deriving
    them all takes a moment, so they are kept for a generation.
    """
    key = f"event-years:{read_generations().of(COMPANIES)}"
    years: dict[str, list[Year]] | None = cache.get(key)
    if years is None:
        years = _count()
        cache.set(key, years, _KEPT_SECONDS)
    return years


def _count() -> dict[str, list[Year]]:
    days = list_days()
    if not days:
        return {}
    span = range(days[-1].year, days[0].year - 1, -1)
    found = {kind: {year: Year(year) for year in span} for kind in OFFICIAL_KIND}
    for kind, market, first, last in _possible_years():
        for year in range(first, last + 1):
            count = found[kind][year].by_market.setdefault(market, Count())
            if first == last:
                count.certain += 1
            else:
                count.uncertain += 1
    return {kind: list(years.values()) for kind, years in found.items()}


def _possible_years() -> Iterator[tuple[str, str | None, int, int]]:
    """Of each event its kind and market, and the first and the last year in which it can have come about."""
    official = load_official_days()
    rows = ListingEvent.objects.filter(event_type__in=OFFICIAL_KIND).order_by()
    for kind, day, observed_after, market, code in rows.values_list(
        "event_type", "event_date", "observed_after", "market_id", "code"
    ):
        told: date | None = find_official_on(kind, observed_after, day, official.get(code, ()))
        first, last = possible_days(observed_after, day, told)
        yield kind, market, first.year, last.year
