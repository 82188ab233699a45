"""Routes of the sources' endpoint."""

from rest_framework.routers import SimpleRouter

from datasources.api.viewsets import DataSourceViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("datasources", DataSourceViewSet, basename="datasource")

urlpatterns = router.urls
