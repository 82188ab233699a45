"""The page behind the link in each mail: who gets it stops it, signed in or not."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from subscriptions.choices import DestinationStatus
from subscriptions.destinations.states import pause
from subscriptions.destinations.stop_links import find_stopped


# What the link is signed for is all that is asked: the mail program that posts to it (RFC 8058) has no cookies.
@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, because programs open links before people do; POST stops."""
    destination = find_stopped(token)
    if destination is None:
        raise Http404
    if request.method == "POST":
        pause(destination)
    with override(destination.language):
        is_stopped = destination.status != DestinationStatus.ACTIVE
        answer = render(
            request,
            "subscriptions/stop_mail.html",
            {"shown_address": destination.shown_address, "is_stopped": is_stopped},
        )
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "no-referrer"
    return answer
