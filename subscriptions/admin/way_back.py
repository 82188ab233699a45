"""Who came for a destination while subscribing goes on with that afterwards."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from django.http import HttpRequest
from django.urls import reverse

from subscriptions.models import Destination

#: The parameter with the address of the form of the subscription, as it was filled in.
WAY_BACK = "next"
_LONGEST = 1000


def asked_way_back(request: HttpRequest) -> str:
    """The form of a new subscription, if the request names it; nothing else is gone to from here."""
    asked = request.POST.get(WAY_BACK) or request.GET.get(WAY_BACK, "")
    parts = urlsplit(asked) if len(asked) <= _LONGEST and asked.isprintable() else urlsplit("")
    is_form = parts.path == reverse("admin:subscriptions_subscription_add") and not parts.scheme and not parts.netloc
    return asked if is_form else ""


def way_back_of(request: HttpRequest, destination: Destination) -> str:
    """The same with the destination that was made; empty where nobody came from there."""
    parts = urlsplit(asked_way_back(request))
    if not parts.path:
        return ""
    asked = [(name, value) for name, value in parse_qsl(parts.query) if name != "destination"]
    return f"{parts.path}?{urlencode([*asked, ('destination', destination.pk)])}"
