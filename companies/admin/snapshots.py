"""The ledger's entries."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from admin_pages.numbers import number_cell
from admin_pages.read_only import ReadOnlyAdmin, one_line
from admin_pages.status_label import status_label
from companies.admin.curve_page import curve_page, curve_picture, export_curve
from companies.admin.finality import FinalityFilter, explain_finality, finality_label
from companies.admin.withdrawal import withdrawal_page
from companies.choices import EntryStatus, EventType
from companies.models import ListingEvent, ListingSnapshot


class EntryStatusFilter(DropdownFilter):
    """What the entries count for."""

    title, parameter_name = _("状態"), "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(status), str(label)) for status, label in EntryStatus.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingSnapshot]) -> QuerySet[ListingSnapshot]:
        entries: Any = queryset
        chosen: QuerySet[ListingSnapshot] = entries.of_status([self.value()]) if self.value() else entries
        return chosen


@admin.register(ListingSnapshot)
class ListingSnapshotAdmin(ReadOnlyAdmin):
    """The entries, without their rows; the page of one leads to its day's universe and events."""

    list_display = (
        "day",
        "source",
        "rows_told",
        "holds",
        "finality",
        "withdrawn_because",
        "short_fingerprint",
        "recorded_at",
    )
    list_display_links = ("day",)
    list_filter = ("source", EntryStatusFilter, FinalityFilter)
    list_select_related = ("withdrawal", "provisional")
    fields = ("date_in_force", "source", "row_count", "holds", "told_finality", "sha256", "run_id", "recorded_at")
    readonly_fields = ("holds", "told_finality")
    change_form_after_template = "admin/companies/listingsnapshot/of_the_day.html"

    def get_urls(self) -> list[URLPattern]:
        """Taking one back, and how many issues each list has, beside the usual pages."""
        site, view = self.admin_site, self.admin_site.admin_view
        withdraw = view(lambda request, entry_id: withdrawal_page(request, entry_id, site))
        return [
            path("<int:entry_id>/withdraw/", withdraw, name="companies_listingsnapshot_withdraw"),
            path("curve/", view(lambda request: curve_page(request, site)), name="companies_listingsnapshot_curve"),
            path("curve/picture/", view(curve_picture), name="companies_listingsnapshot_curve_picture"),
            path("curve/export/", view(export_curve), name="companies_listingsnapshot_curve_export"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListingSnapshot]:
        """The rows, 80 KB an entry, are not needed to show one."""
        entries: QuerySet[ListingSnapshot] = super().get_queryset(request).defer("rows")
        return entries

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of an entry, with what happened on its day."""
        entry = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if entry is not None:
            is_withdrawn = entry.status is EntryStatus.WITHDRAWN
            more = {
                "revisions": list(entry.revisions.order_by("number")),
                "withdrawal": entry.withdrawal if is_withdrawn else None,
                "may_withdraw": not is_withdrawn and request.user.has_perm("companies.withdraw_listingsnapshot"),
            }
            if entry.status is EntryStatus.HOLDING:
                more["event_counts"] = _event_counts(entry)
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    @display(description=_("基準日"), ordering="date_in_force")
    def day(self, entry: ListingSnapshot) -> str:
        """As the API writes it."""
        return one_line(entry.date_in_force)

    @display(description=_("件数"), ordering="row_count")
    def rows_told(self, entry: ListingSnapshot) -> str:
        """How many issues the list has."""
        return number_cell(entry.row_count)

    @display(description=_("状態"), ordering="is_superseded")
    def holds(self, entry: ListingSnapshot) -> str:
        """Whether history is derived from it."""
        return status_label(entry.status)

    @display(description=_("暫定・確定"))
    def finality(self, entry: ListingSnapshot) -> str:
        """Of lists that their provider may revise."""
        return finality_label(entry)

    @display(description=_("暫定・確定"))
    def told_finality(self, entry: ListingSnapshot) -> str:
        """In a sentence."""
        return explain_finality(entry)

    @display(description=_("取り消した理由"))
    def withdrawn_because(self, entry: ListingSnapshot) -> str:
        """Why, and who took it back."""
        if entry.status is not EntryStatus.WITHDRAWN:
            return ""
        return f"{entry.withdrawal.reason}（{entry.withdrawal.withdrawn_by}）"

    @display(description="SHA-256")
    def short_fingerprint(self, entry: ListingSnapshot) -> str:
        """Enough to compare by eye."""
        return entry.sha256[:12]


def _event_counts(entry: ListingSnapshot) -> list[tuple[str, str, int]]:
    counted = (
        ListingEvent.objects.filter(event_date=entry.date_in_force)
        .order_by()
        .values_list("event_type")
        .annotate(count=Count("id"))
    )
    return [(kind, str(EventType(kind).label), count) for kind, count in sorted(counted, key=lambda row: -row[1])]
