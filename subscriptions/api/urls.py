"""Routes of telling others."""

from rest_framework.routers import SimpleRouter

from subscriptions.api.delivery_viewset import DeliveryViewSet
from subscriptions.api.subscription_viewset import SubscriptionViewSet
from subscriptions.api.viewsets import DestinationViewSet
from subscriptions.api.watch_list_viewset import SavedViewViewSet, WatchListViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("destinations", DestinationViewSet, basename="destination")
router.register("subscriptions", SubscriptionViewSet, basename="subscription")
router.register("deliveries", DeliveryViewSet, basename="delivery")
router.register("watch-lists", WatchListViewSet, basename="watch-list")
router.register("saved-views", SavedViewViewSet, basename="saved-view")

urlpatterns = router.urls
