"""The list of listing events."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import MultipleDropdownFilter
from unfold.decorators import display
from unfold.views import ChangeList

from admin_pages.filter_days import PeriodFilter
from admin_pages.status_label import status_label
from admin_pages.strict_list import refuse_file
from companies.admin.event_list import EventChangeList, EventPaginator, official_on_of
from companies.admin.file_answers import file_answer, take_format, today
from companies.admin.filters import chosen_values
from companies.admin.read_only import ReadOnlyAdmin, one_line
from companies.choices import EventType
from companies.events.calendar import count_by_month, lay_out_years
from companies.events.periods import list_days
from companies.events.wording import EventWording
from companies.issuers.official_dates.told import load_official_days
from companies.models import Company, CompanyVersion, ListingEvent
from companies.search.in_database import filter_by_query
from masters.models import Market, Sector33


class EventTypeFilter(MultipleDropdownFilter):
    title, parameter_name = _("種別"), "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(code), str(label)) for code, label in EventType.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
        chosen = chosen_values(self)
        return queryset.filter(event_type__in=chosen) if chosen else queryset


class EventMarketFilter(MultipleDropdownFilter):
    """Market segments in their order."""

    title, parameter_name = _("当時の市場区分"), "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Market.objects.names()

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
        """Those on any of the chosen segments."""
        chosen = chosen_values(self)
        return queryset.filter(market__code__in=chosen) if chosen else queryset


class EventSector33Filter(MultipleDropdownFilter):
    """The 33 sectors, as the companies are classified now."""

    title, parameter_name = _("33業種（現在）"), "sector33"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return Sector33.objects.names()

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
        """Those of companies of any of the chosen sectors."""
        chosen = chosen_values(self)
        return queryset.filter(company__sector33__code__in=chosen) if chosen else queryset


@admin.register(ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("day", "official_day", "linked_code", "company_name", "kind", "before", "after", "market_name")
    list_display_links = ("day",)
    list_filter = (("event_date", PeriodFilter), EventTypeFilter, EventMarketFilter, EventSector33Filter)
    list_before_template = "admin/companies/listingevent/notice.html"
    list_filter_submit = True
    list_select_related = ("market",)
    paginator = EventPaginator
    search_fields = ("code", "company_name")
    search_help_text = _("コード、現在または当時の銘柄名")

    def get_urls(self) -> list[URLPattern]:
        """The months and the file, beside the usual pages."""
        view = self.admin_site.admin_view
        return [
            path("calendar/", view(self.calendar_page), name="companies_listingevent_calendar"),
            path("export/", view(self.export), name="companies_listingevent_export"),
            *super().get_urls(),
        ]

    def calendar_page(self, request: HttpRequest) -> HttpResponse:
        """How many events each month had; a month leads to its events."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        days = list_days()
        years = lay_out_years(count_by_month(), days)
        context = {
            **self.admin_site.each_context(request), "title": gettext("月別のイベント件数"), "opts": self.opts, "years": years,
            "months": range(1, 13),
        }  # fmt: skip
        return render(request, "admin/companies/listingevent/calendar.html", context)

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """The events that the list with the same query shows."""
        if not request.user.has_perm("companies.export_company"):
            raise PermissionDenied
        file_format = take_format(request)
        shown_list = self.get_changelist_instance(request)
        if file_format is None or shown_list.problems:
            return refuse_file(request, "admin:companies_listingevent_changelist")
        events = shown_list.get_queryset(request)
        return file_answer(
            request, file_format, event_rows(events), event_headings(), f"events_{today()}",
            back="admin:companies_listingevent_changelist",
        )  # fmt: skip

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        context = {"export_query": request.GET.urlencode(), **(extra_context or {})}
        page: HttpResponse = super().changelist_view(request, context)
        return page

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ListingEvent], search_term: str
    ) -> tuple[QuerySet[ListingEvent], bool]:
        """Events of the companies that have, or had, the code or name. Their ids, because these reach an index."""
        if not search_term.strip():
            return queryset, False
        today = filter_by_query(Company.objects.all(), search_term).values_list("pk", flat=True)
        once = filter_by_query(CompanyVersion.objects.all(), search_term, is_exact=True).values_list(
            "company", flat=True
        )
        return queryset.filter(company__in={*today, *once}), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With names for codes."""
        return EventChangeList

    @display(description=_("時期"), ordering="event_date")
    def day(self, event: ListingEvent) -> str:
        """The day, or the two lists between which it came about."""
        return one_line(event.when)

    @display(description=_("公式の日"))
    def official_day(self, event: Any) -> str:
        """The day that the exchange announced; of a delisting the first one not traded."""
        return one_line(event.official_on or "―")

    @display(description=_("コード"), ordering="code")
    def linked_code(self, event: ListingEvent) -> str:
        """Leads to the company."""
        address = reverse("admin:companies_company_change", args=[event.company_id])
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, event.code)

    @display(description=_("種別"), ordering="event_type")
    def kind(self, event: ListingEvent) -> str:
        return status_label(EventType(event.event_type))

    @display(description=_("変更前"))
    def before(self, event: Any) -> str:
        """A name, not a code; of a listing what it is known to have come of."""
        return _with_codes(
            event.wording.name(event.event_type, event.old_value), _("前身"), event.lineage["preceded_by"]
        )

    @display(description=_("変更後"))
    def after(self, event: Any) -> str:
        """A name, not a code; of a delisting what is known to have come of it."""
        return _with_codes(
            event.wording.name(event.event_type, event.new_value), _("後継"), event.lineage["succeeded_by"]
        )

    @display(description=_("当時の市場区分"), ordering="market__display_order")
    def market_name(self, event: ListingEvent) -> str:
        return event.market.shown_name if event.market else "―"


def _with_codes(value: str, label: Any, codes: list[str] | None) -> str:
    told = f"{label}: {', '.join(codes)}" if codes else ""
    return " ".join(part for part in (value, told) if part) or "―"


_FILE_COLUMNS = (
    _("日付"), _("変化前の最後の一覧"), _("時期"), _("公式の日"), _("コード"), _("当時の銘柄名"), _("種別"), _("変更前"), _("変更後"),
    _("当時の市場区分"),
)  # fmt: skip


def event_headings() -> tuple[str, ...]:
    """The columns of a file of events, in the language of the page."""
    return tuple(str(heading) for heading in _FILE_COLUMNS)


def event_rows(events: QuerySet[ListingEvent]) -> Iterator[dict[str, Any]]:
    """Its rows. The language is read now: the file is written when that of the request is no longer set."""
    headings = event_headings()
    wording, kinds = EventWording(), {str(kind): str(label) for kind, label in EventType.choices}
    language, days = get_language(), load_official_days()

    def shown(event: ListingEvent) -> dict[str, Any]:
        with override(language):
            when = event.when
        values = (
            event.event_date, event.observed_after, when, official_on_of(event, days), event.code, event.company_name, kinds[event.event_type],
            wording.name(event.event_type, event.old_value), wording.name(event.event_type, event.new_value),
            wording.name(EventType.MARKET_CHANGED, event.market_id),
        )  # fmt: skip
        return dict(zip(headings, values, strict=True))

    return map(shown, events.iterator(chunk_size=1000))
