"""Subscriptions: of what a person is told, where, and when; each sees their own."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, IntegerField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.moments import show_moment
from admin_pages.status_label import colour_label
from masters.models import Market
from masters.naming import shown_name
from subscriptions.admin.owned import OwnedThroughKeyAdmin
from subscriptions.admin.subscription_defaults import defaults_for
from subscriptions.admin.subscription_form import SubscriptionForm
from subscriptions.admin.subscription_wording import describe_timing, describe_what
from subscriptions.admin.way_back import WAY_BACK
from subscriptions.choices import DeliveryStatus, InactiveReason
from subscriptions.models import Delivery, Destination, Subscription
from wording.coloured_choices import Colour


@admin.register(Subscription)
class SubscriptionAdmin(OwnedThroughKeyAdmin):
    """Made here, or by an API key of the person's own."""

    form = SubscriptionForm
    list_display = ("named", "what", "where", "when", "state", "told_at")
    list_filter = ("timing", "is_active")
    list_select_related = ("destination", "watch_list", "saved_view")
    search_fields = ("name",)
    readonly_fields = ("state", "made_through", "told_at")
    recorded_fields = (
        "name", "kinds", "watch_list", "saved_view", "market_codes", "destination", "timing", "digest_time", "includes_history",
        "is_active",
    )  # fmt: skip
    fieldsets = (
        (None, {"fields": ("name", "state", "told_at", "made_through")}),
        (_("何を"), {"fields": ("kinds", "watch_list", "saved_view", "market_codes")}),
        (_("どこへ・いつ"), {"fields": ("destination", "timing", "digest_time", "includes_history", "is_active")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscription]:
        """With when it last told something, and what its markets are called."""
        place = Func(OuterRef("market_codes"), F("code"), function="array_position", output_field=IntegerField())
        markets = Market.objects.alias(place=place).filter(place__isnull=False)
        names = ArraySubquery(markets.values_list(shown_name("")))
        last = Delivery.objects.filter(subscription=OuterRef("pk"), status=DeliveryStatus.DELIVERED).order_by("-id")
        rows: QuerySet[Subscription] = super().get_queryset(request)
        return rows.annotate(last_told_at=Subquery(last.values("ended_at")[:1]), market_names=names)

    def all_sections(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one is on."""
        if obj is not None:
            return self.fieldsets
        *others, (title, options) = self.fieldsets
        return [*others, (title, {"fields": tuple(name for name in options["fields"] if name != "is_active")})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        made = super().get_form(request, obj, change, **kwargs)
        return type(made.__name__, (made,), {"owner": request.user})

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return defaults_for(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Who has no destination yet makes one first, and comes back to what was begun."""
        if self.has_add_permission(request) and not Destination.objects.filter(owner=request.user.pk).exists():
            messages.info(request, gettext("先に、知らせる先を作ります。作ると、購読の設定に戻ります。"))
            way = urlencode({WAY_BACK: request.get_full_path()})
            return redirect(f"{reverse('admin:subscriptions_destination_add')}?{way}")
        page: HttpResponse = super().add_view(request, form_url, extra_context)
        return page

    def save_model(self, request: HttpRequest, obj: Subscription, form: Any, change: bool) -> None:
        """The form wrote it, by the behaviour."""

    @display(description=_("名前"), ordering="name")
    def named(self, subscription: Subscription) -> str:
        return super().named(subscription)

    @display(description=_("何を"))
    def what(self, subscription: Any) -> str:
        return describe_what(subscription, subscription.market_names)

    @display(description=_("通知先"), ordering="destination__name")
    def where(self, subscription: Subscription) -> str:
        address = reverse("admin:subscriptions_destination_change", args=[subscription.destination_id])
        return format_html(
            '<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, subscription.destination.name
        )

    @display(description=_("いつ"), ordering="timing")
    def when(self, subscription: Subscription) -> str:
        return describe_timing(subscription)

    @display(description=_("状態"), ordering="is_active")
    def state(self, subscription: Subscription) -> str:
        """Why it tells nothing, where it does not."""
        if subscription.is_active:
            return colour_label(gettext("有効"), Colour.SUCCESS)
        label = colour_label(gettext("無効"), Colour.WARNING)
        reason = InactiveReason(subscription.inactive_reason).label if subscription.inactive_reason else ""
        return format_html('{}<br><span class="text-xs">{}</span>', label, reason) if reason else label

    @display(description=_("最後に知らせた日時"))
    def told_at(self, subscription: Any) -> str:
        return show_moment(subscription.last_told_at)
