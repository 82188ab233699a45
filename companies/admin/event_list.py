"""Which events a page of their list shows, and how it finds them in a long history."""

from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext

from admin_pages.strict_list import StrictChangeList
from companies.admin.event_filters import CERTAINTY, EventPeriodFilter
from companies.admin.file_conditions import find_pending_list
from companies.events.certainty import Certainty, find_across, judge, official_on_of, possible_days
from companies.events.days import EventDays, count_by_day, slice_events
from companies.events.periods import count_on, find_edges, list_days
from companies.events.sectors import find_sectors33
from companies.events.wording import EventWording, StateWording
from companies.issuers.lineage.reading import load_confirmed
from companies.issuers.official_dates.told import load_official_days, reason_of
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
    def period(self) -> EventPeriodFilter:
        """The filter of days."""
        return next(spec for spec in self.filter_specs if isinstance(spec, EventPeriodFilter))

    @property
    def shown_from(self) -> date | None:
        """The first day that is shown, asked for or not."""
        return self.period.first or self._shown_from

    @cached_property
    def coming(self) -> str:
        """That events are shown of a list which waits for its day; nothing where there are none."""
        pending, last_day = find_pending_list(), self.period.last
        if pending is None or (last_day is not None and last_day < pending.date_in_force) or self.problems:
            return ""
        return gettext(
            "{day} からのイベントは、これから発効する一覧によるものです。その日までに訂正されて変わることがあります。"
        ).format(day=pending.date_in_force)

    @cached_property
    def uncertain(self) -> str:
        """How many events the period cuts through, in words; nothing where there are none."""
        first_day, last_day = self.shown_from, self.period.last
        if (first_day is None and last_day is None) or self.problems:
            return ""
        # What all filters but that of the period leave.
        events: Any = super().get_queryset(self._request, self.period.expected_parameters())
        if self.period.certainty:
            return self._told_of_certainty(events)
        edges, across = find_edges(list_days(), first_day, last_day), find_across(first_day, last_day)
        # Where the exchange told the day, that decides.
        before = count_on(events.exclude(id__in=across.inside), edges.opening)
        after = count_on(events.exclude(id__in=set(across.told) - set(across.inside)), edges.closing)
        sentences = [
            gettext("このうち {count:,} 件は、期間より前に起きたかもしれません。").format(count=before)
            if before
            else "",
            gettext("ほかに {count:,} 件が、期間の後の一覧で分かり、期間中に起きたかもしれません。").format(count=after)
            if after
            else "",
        ]
        return " ".join(sentence for sentence in sentences if sentence)

    def _told_of_certainty(self, events: Any) -> str:
        certainty, period = self.period.certainty, self.period
        if certainty == Certainty.UNCERTAIN:
            return gettext("期間中に起きたとも、そうでないとも言えないものだけを表示しています。")
        count = period.narrow(events, Certainty.UNCERTAIN).count()
        if not count:
            return ""
        if certainty == Certainty.CERTAIN:
            return gettext("このほかに {count:,} 件が、期間中に起きたかもしれません。").format(count=count)
        return gettext("このうち {count:,} 件は、期間中に起きたかどうか分かりません。").format(count=count)

    @cached_property
    def certainties(self) -> list[tuple[str, str, bool]]:
        """Where the same period is seen in another certainty: words, address, and whether it is the one shown; none without a period."""
        if (self.period.first is None and self.period.last is None) or self.problems:
            return []
        choices = [("", gettext("一覧の日が期間中のもの")), *Certainty.choices]
        return [
            (
                str(label),
                self.get_query_string({CERTAINTY: value}) if value else self.get_query_string(remove=[CERTAINTY]),
                value == self.period.certainty,
            )
            for value, label in choices
        ]

    def get_results(self, request: HttpRequest) -> None:
        """The page's events, each with the wording at hand."""
        super().get_results(request)
        self.preserved_filters = ""  # of this list; the company's page belongs to another
        wording, states, lineage = EventWording(), StateWording(), load_confirmed()
        self.result_list: list[Any] = list(self.result_list)
        days = load_official_days({event.code for event in self.result_list})
        sectors = find_sectors33(self.result_list)
        for event in self.result_list:
            event.wording = wording
            event.lineage = lineage.of_event({"type": event.event_type, "code": event.code})
            event.official_on = official_on_of(event, days)
            event.reason = reason_of(event.event_type, event.official_on, days.get(event.code, ()))
            event.sector33_then = states.name("sector33_code", sectors[event.id])
            event.doubt = self._doubt(event)

    def _doubt(self, event: Any) -> str:
        """What the row says where it is not certain that the event is of the period."""
        if self.period.first is None and self.period.last is None:
            return ""
        possible = possible_days(event.observed_after, event.event_date, event.official_on)
        judged = judge(possible, self.period.first, self.period.last)
        if judged is None:
            return gettext("期間外")
        return gettext("期間外かもしれない") if judged is Certainty.UNCERTAIN else ""


class EventConditions(EventChangeList):
    """What a list is asked for, without its rows: for who adds them up."""

    def get_results(self, request: HttpRequest) -> None:
        """None are read."""
        self.result_list, self.result_count = [], 0


def _first_day_shown() -> date | None:
    newest = ListingSnapshot.objects.come().order_by("date_in_force").values_list("date_in_force", flat=True).last()
    return newest - timedelta(days=_SHOWN_DAYS) if newest else None
