"""What a person follows and where they are told, in the admin: each sees their own, and views that others share."""

from subscriptions.admin.deliveries import DeliveryAdmin
from subscriptions.admin.destinations import DestinationAdmin
from subscriptions.admin.saved_views import SavedViewAdmin
from subscriptions.admin.subscriptions import SubscriptionAdmin
from subscriptions.admin.watch_lists import WatchListAdmin

__all__ = ["DeliveryAdmin", "DestinationAdmin", "SavedViewAdmin", "SubscriptionAdmin", "WatchListAdmin"]
