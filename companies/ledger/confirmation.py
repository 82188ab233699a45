"""What a person has to say of a doubtful list before it is taken: how many of its gravest changes there are."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Count

from companies.choices import EventType
from companies.errors import SnapshotDiffers
from companies.models import ListingEvent


def figures_to_confirm(counts: Mapping[str, int]) -> dict[str, int]:
    """Of the changes that a list would make, by kind, those whose number has to be told: delistings, where there are any;
    and the most frequent kind, where there are more of it (all names at once, all markets at once).
    """
    delisted = counts.get(EventType.DELISTED, 0)
    figures = {str(EventType.DELISTED): delisted} if delisted else {}
    most = max(counts, key=lambda kind: counts[kind], default=None)
    if most is not None and counts[most] > delisted:
        figures[str(most)] = counts[most]
    return figures


def differing_figures(confirmed: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
    """The kinds whose number was not told, or is another one."""
    kinds = {**figures_to_confirm(counts), **confirmed}
    return [kind for kind in kinds if confirmed.get(kind) != counts.get(kind, 0)]


def count_events(day: date) -> dict[str, int]:
    """The events on a day by kind, most frequent first."""
    counted = ListingEvent.objects.filter(event_date=day).order_by().values_list("event_type").annotate(n=Count("id"))
    return dict(sorted(counted, key=lambda row: -row[1]))


def check_confirmed(day: date, confirmed: Mapping[str, int]) -> None:
    """That the events on a day, just written, are those that somebody confirmed. Raises `SnapshotDiffers`."""
    counts = count_events(day)
    if differing_figures(confirmed, counts):
        raise SnapshotDiffers(counts)
