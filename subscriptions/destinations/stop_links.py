"""Links in mail by which who gets it stops it, without signing in: each names its destination and is signed for it alone."""

import re

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from subscriptions.choices import Channel
from subscriptions.destinations.models import Destination

_FORM = re.compile(r"mgu_(?P<pk>[1-9][0-9]{0,17})-(?P<signature>[0-9a-f]{64})", re.ASCII)


def stop_link(destination_id: int) -> str:
    """Empty where it is not known how the product is reached (`PUBLIC_URL`)."""
    if not settings.PUBLIC_URL:
        return ""
    return settings.PUBLIC_URL + reverse("stop_mail", args=[f"mgu_{destination_id}-{_sign(destination_id)}"])


def find_stopped(token: str) -> Destination | None:
    """The mail address that a link is for."""
    found = _FORM.fullmatch(token)
    if found is None or not constant_time_compare(found["signature"], _sign(int(found["pk"]))):
        return None
    return Destination.objects.filter(pk=int(found["pk"]), channel=Channel.MAIL).first()


def _sign(destination_id: int) -> str:
    return salted_hmac("subscriptions.stop_links", str(destination_id), algorithm="sha256").hexdigest()
