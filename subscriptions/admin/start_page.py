"""What the first page says of what a person follows: their pinned views, and what happened to their companies."""

from typing import Any

from django.db.models import Q

from subscriptions.models import SavedView
from subscriptions.view_addresses import address_of
from subscriptions.watched_changes import load_watched_changes

SHOWN_CHANGES = 20


def followed_figures(user: Any) -> dict[str, Any]:
    """A view that is shared no longer is nobody's but its owner's, pinned or not."""
    views = SavedView.objects.filter(pinned_by=user).filter(Q(owner=user) | Q(is_shared=True))
    return {
        "pinned_views": [(view, address_of(view)) for view in views],
        "watched_changes": [
            (told, told.changes[:SHOWN_CHANGES], max(0, len(told.changes) - SHOWN_CHANGES))
            for told in load_watched_changes(user)
        ],
    }
