"""Listing events and the ledger's entries."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from companies.admin.read_only import ReadOnlyAdmin
from companies.models import ListingEvent, ListingSnapshot


@admin.register(ListingEvent)
class ListingEventAdmin(ReadOnlyAdmin):
    """What happened, newest first."""

    list_display = ("day", "code", "company_name", "event_type", "old_value", "new_value", "market")
    list_display_links = None
    list_filter = ("event_type", "market", "event_date")
    list_select_related = ("market",)
    search_fields = ("code", "company_name")
    search_help_text = "コード、当時の銘柄名"

    @display(description="日付", ordering="event_date")
    def day(self, event: ListingEvent) -> str:
        """Short enough for one line."""
        return event.event_date.isoformat()


@admin.register(ListingSnapshot)
class ListingSnapshotAdmin(ReadOnlyAdmin):
    """The entries of the ledger, without their rows."""

    list_display = ("date_in_force", "source", "row_count", "short_fingerprint", "recorded_at", "is_superseded")
    list_filter = ("source", "is_superseded")
    exclude = ("rows",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ListingSnapshot]:
        """80 KB a row are not needed to show one."""
        entries: QuerySet[ListingSnapshot] = super().get_queryset(request).defer("rows")
        return entries

    @display(description="SHA-256")
    def short_fingerprint(self, entry: ListingSnapshot) -> str:
        """Enough to compare by eye."""
        return entry.sha256[:12]
