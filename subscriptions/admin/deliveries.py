"""Deliveries: what was told to one's own destinations, when, and what came of each attempt; one of them again, or not at all."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.decorators import display

from admin_pages.moments import show_moment
from admin_pages.numbers import number_column
from admin_pages.read_only import ReadOnlyAdmin
from admin_pages.status_label import status_label
from sign_in.models import ChangeKind
from sign_in.recording import record_request
from subscriptions.admin.asking import ANSWER, Button, Question, ask
from subscriptions.admin.delivery_filters import OwnDestinationFilter
from subscriptions.admin.delivery_page import delivery_context
from subscriptions.admin.delivery_wording import title_of
from subscriptions.admin.recorded_counts import LEFT_OUT, SENT_AGAIN
from subscriptions.choices import DeliveryStatus
from subscriptions.deliveries.resending import send_again, skip
from subscriptions.models import Delivery

_SKIP = "skip"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Of one's own destinations, whoever looks."""

    list_display = ("made_at", "told", "destination", "state", "attempts_made", "ended")
    list_display_links = ("made_at", "told")
    list_filter = (OwnDestinationFilter, "status")
    fields = ("webhook_id", "destination", "subscription", "state", "attempts", "is_repeat", "made_at", "ended")
    readonly_fields = ("state", "made_at", "ended")
    attempts_made = number_column("attempts", _("試行回数"))
    change_form_outer_before_template = "admin/subscriptions/delivery/page.html"

    def get_urls(self) -> list[URLPattern]:
        """One again, or not at all, beside the usual pages."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/again/", view(require_POST(self.send_again)), name="subscriptions_delivery_again"),
            path("<int:pk>/skip/", view(self.skip), name="subscriptions_delivery_skip"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        rows: QuerySet[Delivery] = super().get_queryset(request)
        return rows.filter(destination__owner=request.user.pk).select_related("destination", "subscription", "message")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With a person goes what was theirs; by itself it goes after 30 days, and by no hand."""
        return bool(request.user.has_perm("auth.delete_user"))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        raise PermissionDenied

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what it tells, in words and as it was sent, and each attempt."""
        delivery = self.get_object(request, object_id)
        more = {} if delivery is None else delivery_context(delivery)
        return super().change_view(
            request, object_id, form_url, {"show_delete": False, **more, **(extra_context or {})}
        )

    @display(description=_("日時"), ordering="id")
    def made_at(self, delivery: Delivery) -> str:
        return show_moment(delivery.created_at)

    @display(description=_("内容"))
    def told(self, delivery: Delivery) -> str:
        """In a line."""
        return title_of(delivery)

    @display(description=_("状態"), ordering="status")
    def state(self, delivery: Delivery) -> str:
        return status_label(DeliveryStatus(delivery.status))

    @display(description=_("終了日時"), ordering="ended_at")
    def ended(self, delivery: Delivery) -> str:
        return show_moment(delivery.ended_at)

    def send_again(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same message with the same id; one that waits is tried at once."""
        delivery = self._own(request, pk)
        was_waiting = delivery.status == DeliveryStatus.WAITING
        again = send_again(delivery)
        record_request(request, delivery.destination, ChangeKind.CHANGED, values={SENT_AGAIN: [None, 1]})
        words = gettext("すぐに試します。") if was_waiting else gettext("もう一度送る列に入れました。")
        messages.success(request, words)
        return redirect("admin:subscriptions_delivery_change", again.pk)

    def skip(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks; by POST it is left out."""
        delivery = self._own(request, pk)
        page = reverse("admin:subscriptions_delivery_change", args=[pk])
        if delivery.status != DeliveryStatus.WAITING:
            messages.info(request, gettext("もう待っていません。"))
            return redirect(page)
        if request.POST.get(ANSWER) != _SKIP:
            lines = [
                gettext("「{title}」1 件を送らないことにします。後に待っているものは、続けて送ります。").format(title=title_of(delivery)),
                gettext("後から「再送」で送ることはできます。"),
            ]  # fmt: skip
            button = Button(_SKIP, gettext("この 1 件を送らない"), is_dangerous=True)
            return ask(request, self.admin_site, delivery, Question(gettext("送らない"), lines, [button], page))
        if skip(delivery):
            record_request(request, delivery.destination, ChangeKind.CHANGED, values={LEFT_OUT: [None, 1]})
            messages.success(request, gettext("この 1 件は送りません。"))
        return redirect(page)

    def _own(self, request: HttpRequest, pk: int) -> Delivery:
        if not request.user.has_perm("subscriptions.change_destination"):
            raise PermissionDenied
        delivery: Delivery = get_object_or_404(self.get_queryset(request), pk=pk)
        return delivery
