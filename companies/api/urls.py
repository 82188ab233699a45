"""Routes of the companies' endpoints. Words come before codes, which would match them."""

from django.urls import path, re_path

from companies.api import history_views, snapshot_views, views

# Whatever may be meant for a code; `companies.code_notation` reads it, and what is none is an unknown company.
_CODE = r"(?P<code>[^/]{4,40})"

urlpatterns = [
    path("companies", views.CompanyListView.as_view(), name="company-list"),
    path("companies/search", views.CompanySearchView.as_view(), name="company-search"),
    path("companies/export", views.CompanyExportView.as_view(), name="company-export"),
    path("companies/markets", views.MarketListView.as_view(), name="market-list"),
    path("companies/sectors", views.SectorListView.as_view(), name="sector-list"),
    path("companies/events", history_views.EventListView.as_view(), name="event-list"),
    path("snapshots", snapshot_views.SnapshotListView.as_view(), name="snapshot-list"),
    path("companies/changes", history_views.ChangesView.as_view(), name="change-list"),
    re_path(rf"^companies/{_CODE}$", views.CompanyDetailView.as_view(), name="company-detail"),
    re_path(rf"^companies/{_CODE}/history$", history_views.CompanyHistoryView.as_view(), name="company-history"),
]
