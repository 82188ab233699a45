"""The part of a destination's page that comes anew by itself while something is on its way."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from subscriptions.admin.destination_page import live_context
from subscriptions.models import Destination


def live_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Only of one's own. Where the state is another than what the page shows (`known`), the whole page comes anew: its buttons too."""
    is_allowed = request.user.has_perm("subscriptions.view_destination")
    mine = Destination.objects.filter(owner=request.user.pk if is_allowed else None)
    destination = get_object_or_404(mine, pk=pk)
    answer = render(request, "admin/subscriptions/destination/live.html", live_context(destination))
    if request.headers.get("HX-Request") and request.GET.get("known", "") != destination.status:
        answer.headers["HX-Refresh"] = "true"
    return answer
