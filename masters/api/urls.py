"""Routes of the masters' endpoints."""

from rest_framework.routers import SimpleRouter

from masters.api.viewsets import MarketViewSet, SectorViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("companies/markets", MarketViewSet, basename="market")
router.register("companies/sectors", SectorViewSet, basename="sector")

urlpatterns = router.urls
