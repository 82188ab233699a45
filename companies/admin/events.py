"""The list of listing events."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from unfold.contrib.filters.admin import MultipleDropdownFilter, RangeDateFilter
from unfold.decorators import display
from unfold.views import ChangeList

from companies.admin.filters import chosen_values
from companies.admin.read_only import ReadOnlyAdmin, one_line
from companies.choices import EventType
from companies.event_wording import EventWording
from companies.models import ListingEvent
from masters.models import Market

_COLOURS = {
    EventType.LISTED.label: "success",
    EventType.RELISTED.label: "success",
    EventType.DELISTED.label: "danger",
    EventType.MARKET_CHANGED.label: "warning",
    EventType.RENAMED.label: "info",
}


class EventTypeFilter(MultipleDropdownFilter):
    """Kinds of event."""

    title, parameter_name = "種別", "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every kind."""
        return list(EventType.choices)

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
        """Those of any of the chosen kinds."""
        chosen = chosen_values(self)
        return queryset.filter(event_type__in=chosen) if chosen else queryset


class EventMarketFilter(MultipleDropdownFilter):
    """Market segments in their order."""

    title, parameter_name = "当時の市場区分", "market"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every segment."""
        return list(Market.objects.values_list("code", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingEvent]) -> QuerySet[ListingEvent]:
        """Those on any of the chosen segments."""
        chosen = chosen_values(self)
        return queryset.filter(market__code__in=chosen) if chosen else queryset


class EventChangeList(ChangeList):
    """Reads the names of masters once a page instead of once a row."""

    def get_results(self, request: HttpRequest) -> None:
        """The page's events, each with the wording at hand."""
        super().get_results(request)
        wording = EventWording()
        self.result_list: list[Any] = list(self.result_list)
        for event in self.result_list:
            event.wording = wording


@admin.register(ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("day", "linked_code", "company_name", "kind", "before", "after", "market_name")
    list_display_links = None
    list_filter = (("event_date", RangeDateFilter), EventTypeFilter, EventMarketFilter)
    list_filter_submit = True
    list_select_related = ("market",)
    search_fields = ("code", "company_name")
    search_help_text = "コード、当時の銘柄名"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With names for codes."""
        return EventChangeList

    @display(description="日付", ordering="event_date")
    def day(self, event: ListingEvent) -> str:
        """The date of the first list that shows the change."""
        return one_line(event.event_date)

    @display(description="コード", ordering="code")
    def linked_code(self, event: ListingEvent) -> str:
        """Leads to the company."""
        path = reverse("admin:companies_company_change", args=[event.company_id])
        return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', path, event.code)

    @display(description="種別", ordering="event_type", label=_COLOURS)
    def kind(self, event: ListingEvent) -> str:
        """In words."""
        return str(event.get_event_type_display())

    @display(description="変更前")
    def before(self, event: Any) -> str:
        """A name, not a code."""
        return str(event.wording.name(event.event_type, event.old_value)) or "―"

    @display(description="変更後")
    def after(self, event: Any) -> str:
        """A name, not a code."""
        return str(event.wording.name(event.event_type, event.new_value)) or "―"

    @display(description="当時の市場区分", ordering="market__display_order")
    def market_name(self, event: ListingEvent) -> str:
        """The segment's name."""
        return event.market.name if event.market else "―"
