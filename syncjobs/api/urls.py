"""Routes of synchronisation."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from syncjobs.api.calendar import CalendarViewSet
from syncjobs.api.serializers import StartSyncParameters
from syncjobs.api.viewsets import QuoteViewSet, SyncRunViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("companies/sync/runs", SyncRunViewSet, basename="sync-run")
router.register("calendar", CalendarViewSet, basename="calendar-day")
router.register("companies", QuoteViewSet, basename="company")

start = SyncRunViewSet.as_view({"post": "start"}, serializer_class=StartSyncParameters)
urlpatterns = [
    path("companies/sync", start, name="sync-start"),
    path("companies/sync/status", SyncRunViewSet.as_view({"get": "status"}), name="sync-status"),
    *router.urls,
]
