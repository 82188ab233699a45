"""Routes of the companies' endpoints. Words come before codes, which would match them."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from companies.api import viewsets
from companies.api.announcements import AnnouncementViewSet
from companies.api.bulk import EventExportViewSet, HistoryExportViewSet
from companies.api.chain import LedgerChainViewSet, LedgerHeadViewSet
from companies.api.code_queries import CompanyQueryViewSet
from companies.api.company_file import CompanyFileViewSet
from companies.api.converters import COMPANY_CODE
from companies.api.feed import FeedViewSet
from companies.api.identifiers import IdentifierViewSet
from companies.api.issuer_file import IssuerFileViewSet
from companies.api.issuers import IssuerViewSet
from companies.api.lineage import CompanyLineageViewSet, LineageViewSet
from companies.api.snapshots import SnapshotViewSet

router = SimpleRouter(trailing_slash=False, use_regex_path=False)
router.register("companies/history/export", HistoryExportViewSet, basename="history-export")
router.register("companies/events/export", EventExportViewSet, basename="event-export")
router.register("companies/export", CompanyFileViewSet, basename="company-export")
router.register("companies/events", viewsets.ListingEventViewSet, basename="event")
router.register("companies/announcements", AnnouncementViewSet, basename="announcement")
router.register("companies/changes", viewsets.ChangeViewSet, basename="change")
router.register("ledger/head", LedgerHeadViewSet, basename="ledger-head")
router.register("ledger/chain", LedgerChainViewSet, basename="ledger-chain")
router.register("feed", FeedViewSet, basename="feed")
router.register("issuers/export", IssuerFileViewSet, basename="issuer-export")
router.register("issuers", IssuerViewSet, basename="issuer")
router.register("lineage", LineageViewSet, basename="lineage")
router.register("snapshots", SnapshotViewSet, basename="snapshot")
router.register(f"companies/<{COMPANY_CODE}:code>/identifiers", IdentifierViewSet, basename="company-identifier")
router.register("companies", viewsets.CompanyViewSet, basename="company")

urlpatterns = [
    path("companies/query", CompanyQueryViewSet.as_view({"post": "query"}), name="company-query"),
    path(
        "companies/<company_code:code>/lineage",
        CompanyLineageViewSet.as_view({"get": "retrieve"}),
        name="company-lineage",
    ),
    *router.urls,
]
