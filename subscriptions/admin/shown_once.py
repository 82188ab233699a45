"""The answer that shows a webhook's secret or a feed's address: never in a session, a cookie or an address, and never again."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from subscriptions.admin.way_back import WAY_BACK, way_back_of
from subscriptions.choices import Channel
from subscriptions.destinations.feeds import feed_address
from subscriptions.models import Destination


@sensitive_variables("plain", "context")
def show_once(
    request: HttpRequest, site: AdminSite, destination: Destination, plain: str, *, is_new: bool = True
) -> HttpResponse:
    """The page with what was made, and where to go on to once it was copied."""
    is_feed = destination.channel == Channel.ATOM
    shown = feed_address(request, plain) if is_feed else plain
    page = reverse("admin:subscriptions_destination_change", args=[destination.pk])
    context = {
        **site.each_context(request), "title": _title(is_feed, is_new), "opts": Destination._meta, "destination": destination,
        "plain": shown, "is_feed": is_feed, "is_new": is_new, "page": page, "next": way_back_of(request, destination),
        "subscribe": f"{reverse('admin:subscriptions_subscription_add')}?destination={destination.pk}", "way_back": WAY_BACK,
    }  # fmt: skip
    answer = render(request, "admin/subscriptions/shown_once.html", context)
    add_never_cache_headers(answer)
    return answer


def _title(is_feed: bool, is_new: bool) -> str:
    if is_feed:
        return gettext("新しいフィード") if is_new else gettext("フィードの新しいアドレス")
    return gettext("新しい Webhook") if is_new else gettext("新しい署名の鍵")
