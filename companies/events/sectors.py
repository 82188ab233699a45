"""The sector that a company had when an event came about: after it, or before it went. The view of events does not tell it; the version does."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, OuterRef, Subquery, When

from companies.choices import EventType
from companies.models import CompanyVersion

#: The annotation of `with_sector33`.
SECTOR33 = "sector33_then"


def with_sector33(events: Any) -> Any:
    """The same events, with the code of the sector of then (`None`: there was none). One look into an index for each."""
    began = CompanyVersion.objects.filter(company=OuterRef("company"), validity__startswith=OuterRef("event_date"))
    ended = CompanyVersion.objects.filter(company=OuterRef("company"), validity__endswith=OuterRef("event_date"))
    sector = Case(
        When(event_type=EventType.DELISTED, then=Subquery(ended.values("sector33")[:1])),
        default=Subquery(began.values("sector33")[:1]),
    )
    return events.annotate(**{SECTOR33: sector})


def find_sectors33(events: Iterable[Any]) -> dict[str, str | None]:
    """The same for the events of a page, by their id: one query for all."""
    events = list(events)
    versions = CompanyVersion.objects.filter(company__in={event.company_id for event in events}).values_list(
        "company", "validity", "sector33"
    )
    began, ended = {}, {}
    for company, validity, sector in versions:
        began[company, validity.lower], ended[company, validity.upper] = sector, sector
    return {
        event.id: (ended if event.event_type == EventType.DELISTED else began).get((event.company_id, event.event_date))
        for event in events
    }
