"""What the first page says of what a person follows: their pinned views, what happened to their companies, and where telling them has
stopped.
"""

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext

from subscriptions.admin.destination_wording import describe_reason
from subscriptions.choices import DestinationStatus
from subscriptions.models import Destination, SavedView
from subscriptions.view_addresses import address_of
from subscriptions.watched_changes import load_watched_changes

SHOWN_CHANGES = 20


def followed_figures(user: Any) -> dict[str, Any]:
    """A view that is shared no longer is nobody's but its owner's, pinned or not."""
    views = SavedView.objects.filter(pinned_by=user).filter(Q(owner=user) | Q(is_shared=True))
    unwell = Destination.objects.filter(owner=user).exclude(status=DestinationStatus.ACTIVE)
    return {
        "stopped_destinations": [
            (one, describe_reason(one), _next_step(one)) for one in unwell.select_related("owner", "api_key")
        ],
        "pinned_views": [(view, address_of(view)) for view in views],
        "watched_changes": [
            (told, told.changes[:SHOWN_CHANGES], max(0, len(told.changes) - SHOWN_CHANGES))
            for told in load_watched_changes(user)
        ],
    }


def _next_step(destination: Destination) -> tuple[str, str]:
    """What to press, and where it leads."""
    page = reverse("admin:subscriptions_destination_change", args=[destination.pk])
    if destination.status == DestinationStatus.UNCONFIRMED:
        return gettext("コードを入力する"), page
    return gettext("理由を見て再開する"), page
