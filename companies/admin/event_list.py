"""Which events a page of their list shows, and how it finds them in a long history."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from admin_pages.filter_days import PeriodFilter
from admin_pages.strict_list import StrictChangeList
from companies.events.days import EventDays, count_by_day, slice_events
from companies.events.official import find_official_on
from companies.events.periods import count_on, find_edges, list_days
from companies.events.wording import EventWording
from companies.issuers.lineage.reading import load_confirmed
from companies.issuers.official_dates.told import OfficialDays, load_official_days
from companies.models import ListingEvent, ListingSnapshot

_SHOWN_DAYS = 31
_PERIOD_PARAMETERS = ("event_date_from", "event_date_to")


class EventPaginator(Paginator):  # type: ignore[type-arg] # not subscriptable at run time
    """Derives the events of a page only, as long as they are in the order of days."""

    @cached_property
    def _days(self) -> EventDays | None:
        events: Any = self.object_list
        return count_by_day(events) if events.query.order_by[:1] == ("-event_date",) else None

    @cached_property
    def count(self) -> int:
        return super().count if self._days is None else sum(count for _, count in self._days)

    def page(self, number: Any) -> Any:
        if self._days is None:
            return super().page(number)
        number = self.validate_number(number)
        offset = (number - 1) * self.per_page
        return Page(slice_events(self.object_list, self._days, offset, self.per_page), number, self)


class EventChangeList(StrictChangeList):
    """Shows the newest months where no period is asked for, and reads the names of masters once a page.

    Events are derived: all of ten years take a second, those of three months no time.
    """

    notice = ""
    _shown_from: date | None = None

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[ListingEvent]:
        events: Any = super().get_queryset(request, exclude_parameters)
        self._request = request
        has_period = any(self.params.get(name) for name in _PERIOD_PARAMETERS) or self.query
        first_day = None if has_period else _first_day_shown()
        self._shown_from = first_day
        if first_day is None or self.problems:
            return events  # type: ignore[no-any-return]
        self.notice = gettext(
            "{first_day} 以降のイベントです。ほかの期間は、月別の件数から選ぶか、期間を指定してください。"
        ).format(first_day=first_day)
        return events.between(first_day, None)  # type: ignore[no-any-return]

    def url_for_result(self, result: ListingEvent) -> str:
        """An event has no page of its own: it is on that of its company."""
        return reverse("admin:companies_company_change", args=[result.company_id])

    @cached_property
    def uncertain(self) -> str:
        """How many events the period cuts through, in words; nothing where there are none."""
        period = next(spec for spec in self.filter_specs if isinstance(spec, PeriodFilter))
        first_day, last_day = period.first or self._shown_from, period.last
        if (first_day is None and last_day is None) or self.problems:
            return ""
        edges = find_edges(list_days(), first_day, last_day)
        events = self._events_of_all_times(period)
        before, after = (count_on(events, day) for day in (edges.opening, edges.closing))
        sentences = [
            gettext("このうち {count:,} 件は、期間より前に起きたかもしれません。").format(count=before)
            if before
            else "",
            gettext("ほかに {count:,} 件が、期間の後の一覧で分かり、期間中に起きたかもしれません。").format(count=after)
            if after
            else "",
        ]
        return " ".join(sentence for sentence in sentences if sentence)

    def _events_of_all_times(self, period: PeriodFilter) -> Any:
        """What all filters but that of the period leave."""
        return super().get_queryset(self._request, period.expected_parameters())

    def get_results(self, request: HttpRequest) -> None:
        """The page's events, each with the wording at hand."""
        super().get_results(request)
        self.preserved_filters = ""  # of this list; the company's page belongs to another
        wording, lineage = EventWording(), load_confirmed()
        self.result_list: list[Any] = list(self.result_list)
        days = load_official_days({event.code for event in self.result_list})
        for event in self.result_list:
            event.wording = wording
            event.lineage = lineage.of_event({"type": event.event_type, "code": event.code})
            event.official_on = official_on_of(event, days)


def official_on_of(event: ListingEvent, days: Mapping[str, OfficialDays]) -> date | None:
    """What the exchange announced, where that is known."""
    return find_official_on(event.event_type, event.observed_after, event.event_date, days.get(event.code, ()))


def _first_day_shown() -> date | None:
    newest = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True).last()
    return newest - timedelta(days=_SHOWN_DAYS) if newest else None
