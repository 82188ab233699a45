"""What is told of a key's use: by day and by endpoint, of the last days."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from django.urls import get_resolver

from api.models import ApiKey, ApiKeyUse

_DAYS = 30
#: Of the drawing, in its own units.
WIDTH, HEIGHT = 600, 120
_GAP = 4


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: how many requests, and where its bar stands."""

    day: date
    requests: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class ShownUses:
    """Of one key. `endpoints` are paths with their requests, most first."""

    total: int
    most: int
    bars: list[Bar]
    endpoints: list[tuple[str, int]]
    last_address: str
    last_used_at: datetime | None

    @property
    def used_days(self) -> list[Bar]:
        """Newest first, for the table beside the picture."""
        return [bar for bar in reversed(self.bars) if bar.requests]


def show_uses(key: ApiKey, today: date) -> ShownUses:
    """Of the last 30 days up to `today` (in Japan)."""
    first = today - timedelta(days=_DAYS - 1)
    rows = list(ApiKeyUse.objects.filter(key=key, day__gte=first).order_by("-last_used_at"))
    by_day, by_endpoint = Counter[date](), Counter[str]()
    for row in rows:
        by_day[row.day] += row.requests
        by_endpoint[row.endpoint] += row.requests
    most = max(by_day.values(), default=0)
    days = [first + timedelta(days=step) for step in range(_DAYS)]
    return ShownUses(
        total=by_day.total(), most=most, bars=[_bar(place, day, by_day[day], most) for place, day in enumerate(days)],
        endpoints=[(_path_of(name), count) for name, count in by_endpoint.most_common()],
        last_address=rows[0].last_address if rows else "", last_used_at=rows[0].last_used_at if rows else None,
    )  # fmt: skip


def _bar(place: int, day: date, requests: int, most: int) -> Bar:
    width = WIDTH // _DAYS
    # The smallest number is not nothing.
    height = max(2, requests * HEIGHT // most) if requests else 0
    return Bar(day, requests, place * width, HEIGHT - height, width - _GAP, height)


@cache
def _path_of(endpoint: str) -> str:
    """The path that people know of an endpoint; its name where it has none."""
    found = get_resolver().reverse_dict.getlist(endpoint)
    if not found:
        return endpoint
    path, parameters = found[0][0][0]
    told: str = path % {name: f"{{{name}}}" for name in parameters}
    return f"/{told}"
