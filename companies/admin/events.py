"""The list of listing events."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.views import ChangeList

from admin_pages.numbers import NOTHING
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import colour_label, status_label
from companies.admin.event_file import export_events
from companies.admin.event_filters import (
    CHANGED_FILTERS,
    CertaintyFilter,
    EventMarketFilter,
    EventPeriodFilter,
    EventSector33Filter,
    EventTypeFilter,
)
from companies.admin.event_list import EventChangeList, EventConditions, EventPaginator
from companies.admin.event_questions import usual_questions
from companies.admin.event_summary import export_summary, summary_page
from companies.admin.event_years import export_years, years_page
from companies.choices import EventType
from companies.events.calendar import count_by_month, lay_out_years
from companies.events.periods import list_days
from companies.models import Company, CompanyVersion, ListingEvent
from companies.search.in_database import filter_by_query
from wording.coloured_choices import Colour


@admin.register(ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = (
        "day", "official_day", "linked_code", "company_name", "kind", "before", "after", "market_name", "sector_name",
    )  # fmt: skip
    list_display_links = ("day",)
    list_filter = (
        ("event_date", EventPeriodFilter), CertaintyFilter, EventTypeFilter, *CHANGED_FILTERS, EventMarketFilter, EventSector33Filter,
    )  # fmt: skip
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
            path("export/", view(lambda request: export_events(request, self)), name="companies_listingevent_export"),
            path("summary/", view(lambda request: summary_page(request, self)), name="companies_listingevent_summary"),
            path(
                "summary/export/",
                view(lambda request: export_summary(request, self)),
                name="companies_listingevent_summary_export",
            ),
            path("years/", view(lambda request: years_page(request, self)), name="companies_listingevent_years"),
            path("years/export/", view(export_years), name="companies_listingevent_years_export"),
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

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        query = request.GET.copy()
        query.pop("p", None)
        context = {"export_query": query.urlencode(), "questions": usual_questions(), **(extra_context or {})}
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
        """With names for codes; for who only adds up what it is asked for, without rows."""
        return EventConditions if getattr(request, "conditions_only", False) else EventChangeList

    @display(description=_("時期"), ordering="event_date")
    def day(self, event: ListingEvent) -> str:
        """The day, or the two lists between which it came about."""
        doubt = getattr(event, "doubt", "")
        if not doubt:
            return one_line(event.when)
        return format_html("{} <div>{}</div>", one_line(event.when), colour_label(doubt, Colour.WARNING))

    @display(description=_("公式の日"))
    def official_day(self, event: Any) -> str:
        """The day that the exchange announced; of a delisting the first one not traded."""
        return one_line(event.official_on or NOTHING)

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
        """A name, not a code; of a delisting why, and what is known to have come of it."""
        reason = gettext("理由: {reason}").format(reason=event.reason) if event.reason else ""
        new = event.wording.name(event.event_type, event.new_value) or reason
        return _with_codes(new, _("後継"), event.lineage["succeeded_by"])

    @display(description=_("当時の市場区分"), ordering="market__display_order")
    def market_name(self, event: ListingEvent) -> str:
        return event.market.shown_name if event.market else NOTHING

    @display(description=_("当時の33業種"))
    def sector_name(self, event: Any) -> str:
        """Of the company when it came about; of who left the one it had."""
        return event.sector33_then or NOTHING


def _with_codes(value: str, label: Any, codes: list[str] | None) -> str:
    told = f"{label}: {', '.join(codes)}" if codes else ""
    return " ".join(part for part in (value, told) if part) or NOTHING
