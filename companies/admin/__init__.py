"""The ledger in the admin: read-only, because companies come from lists and nobody edits history."""

from companies.admin.companies import CompanyAdmin
from companies.admin.events import ListingEventAdmin
from companies.admin.official_dates import OfficialDateAdmin
from companies.admin.revisions import LedgerRevisionAdmin
from companies.admin.snapshots import ListingSnapshotAdmin

__all__ = ["CompanyAdmin", "LedgerRevisionAdmin", "ListingEventAdmin", "ListingSnapshotAdmin", "OfficialDateAdmin"]
