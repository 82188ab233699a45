"""Destinations: where a person is told, how each does, and what can be done about it."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.moments import show_moment
from admin_pages.numbers import number_cell
from admin_pages.status_label import status_label
from subscriptions.admin import destination_actions, overseeing
from subscriptions.admin.deletion import told_deletion
from subscriptions.admin.destination_adding import add_destination
from subscriptions.admin.destination_host import host_of
from subscriptions.admin.destination_live import live_page
from subscriptions.admin.destination_page import page_context
from subscriptions.admin.destination_wording import describe_reason
from subscriptions.admin.owned import OwnedThroughKeyAdmin
from subscriptions.choices import DeliveryStatus, DestinationStatus
from subscriptions.forms import NamedDestinationForm
from subscriptions.models import Delivery, Destination


@admin.register(Destination)
class DestinationAdmin(OwnedThroughKeyAdmin):
    """One's own. Who oversees has a page of all of them beside it."""

    form = NamedDestinationForm
    list_display = ("named", "channel", "address", "state", "waiting", "delivered_at")
    list_filter = ("channel", "status")
    search_fields = ("name",)
    fields = ("name", "language", "channel", "made_through", "made_at")
    readonly_fields = ("channel", "made_through", "made_at")
    recorded_fields = ("name", "language")
    list_before_template = "admin/subscriptions/destination/oversee_link.html"
    change_form_outer_before_template = "admin/subscriptions/destination/page.html"

    def get_urls(self) -> list[URLPattern]:
        """What can be done with one, beside the usual pages."""
        live = self.admin_site.admin_view(live_page)
        return [
            path("<int:pk>/live/", live, name="subscriptions_destination_live"),
            *overseeing.urls(self.admin_site),
            *destination_actions.urls(self.admin_site),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Destination]:
        """With how many wait."""
        waiting = (
            Delivery.objects.filter(destination=OuterRef("pk"), status=DeliveryStatus.WAITING)
            .order_by()
            .values("destination")
            .annotate(count=Count("pk"))
            .values("count")
        )
        rows: QuerySet[Destination] = super().get_queryset(request)
        return rows.annotate(waiting_count=Coalesce(Subquery(waiting), Value(0)))

    @display(description=_("名前"), ordering="name")
    def named(self, destination: Destination) -> str:
        return super().named(destination)

    @display(description=_("宛先"), ordering="shown_address")
    def address(self, destination: Destination) -> str:
        """As much of it as may be seen."""
        return destination.shown_address

    @display(description=_("状態"), ordering="status")
    def state(self, destination: Destination) -> str:
        """With the reason and since when, where it is not well."""
        label = status_label(DestinationStatus(destination.status))
        if not (words := describe_reason(destination)):
            return label
        return format_html('{}<br><span class="text-xs">{}</span>', label, words)

    @display(description=_("送信待ち"), ordering="waiting_count")
    def waiting(self, destination: Any) -> str:
        return number_cell(destination.waiting_count)

    @display(description=_("最後に送れた日時"), ordering="last_delivered_at")
    def delivered_at(self, destination: Destination) -> str:
        return show_moment(destination.last_delivered_at)

    @display(description=_("作成日時"))
    def made_at(self, destination: Destination) -> str:
        return show_moment(destination.created_at)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"owner": request.user})

    def recorded_values(self, row: Destination) -> dict[str, Any]:
        """With the channel and the host, and no more of where it is."""
        return {**super().recorded_values(row), "channel": row.channel, "shown_address": host_of(row)}

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """In two steps, by channel."""
        return add_destination(request, self.admin_site)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With how it does."""
        destination = self.get_object(request, object_id)
        more = {} if destination is None else page_context(request, destination)
        page: HttpResponse = super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})
        return page

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with them in numbers, instead of a line for each delivery."""
        return told_deletion(list(objs))
