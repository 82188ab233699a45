"""What a person follows, in the admin: each sees their own, and views that others share."""

from subscriptions.admin.saved_views import SavedViewAdmin
from subscriptions.admin.watch_lists import WatchListAdmin

__all__ = ["SavedViewAdmin", "WatchListAdmin"]
