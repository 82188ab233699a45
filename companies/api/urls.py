"""Routes of the companies' endpoints. Words come before codes, which would match them."""

from rest_framework.routers import SimpleRouter

from companies.api import viewsets
from companies.api.announcements import AnnouncementViewSet
from companies.api.bulk import EventExportViewSet, HistoryExportViewSet
from companies.api.feed import FeedViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("companies/history/export", HistoryExportViewSet, basename="history-export")
router.register("companies/events/export", EventExportViewSet, basename="event-export")
router.register("companies/events", viewsets.ListingEventViewSet, basename="event")
router.register("companies/announcements", AnnouncementViewSet, basename="announcement")
router.register("companies/changes", viewsets.ChangeViewSet, basename="change")
router.register("feed", FeedViewSet, basename="feed")
router.register("snapshots", viewsets.SnapshotViewSet, basename="snapshot")
router.register("companies", viewsets.CompanyViewSet, basename="company")

urlpatterns = router.urls
