"""The ledger in the admin: read-only, because companies come from lists and nobody edits history."""

from companies.admin.companies import CompanyAdmin
from companies.admin.events import ListingEventAdmin
from companies.admin.identifiers import CompanyIdentifierAdmin
from companies.admin.issuer_lists import IssuerListAdmin
from companies.admin.issuers import IssuerAdmin
from companies.admin.official_dates import OfficialDateAdmin
from companies.admin.proofs import HistoryProofAdmin
from companies.admin.revisions import LedgerRevisionAdmin
from companies.admin.snapshots import ListingSnapshotAdmin
from companies.admin.successions import SuccessionAdmin

__all__ = [
    "CompanyAdmin", "CompanyIdentifierAdmin", "HistoryProofAdmin", "IssuerAdmin", "IssuerListAdmin", "LedgerRevisionAdmin", "ListingEventAdmin",
    "ListingSnapshotAdmin", "OfficialDateAdmin", "SuccessionAdmin",
]  # fmt: skip
