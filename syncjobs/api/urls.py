"""Routes of synchronisation."""

from django.urls import path, re_path

from syncjobs.api import views
from syncjobs.api.quotes import QuoteView

urlpatterns = [
    path("companies/sync", views.StartSyncView.as_view(), name="sync-start"),
    path("companies/sync/status", views.SyncStatusView.as_view(), name="sync-status"),
    path("companies/sync/runs", views.SyncRunListView.as_view(), name="sync-run-list"),
    path("companies/sync/runs/<uuid:run_id>", views.SyncRunView.as_view(), name="sync-run"),
    path("companies/sync/runs/<uuid:run_id>/cancel", views.CancelSyncRunView.as_view(), name="sync-run-cancel"),
    path("companies/sync/runs/<uuid:run_id>/approve", views.ApproveSyncRunView.as_view(), name="sync-run-approve"),
    re_path(r"^companies/(?P<code>[^/]{4,40})/quote$", QuoteView.as_view(), name="company-quote"),
]
