"""Applying EDINET's code lists to their ledger, and taking one back: the only ways in which issuers come to be."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import structlog
from django.db import transaction

from api.generations import publish_after_commit
from companies.choices import ProductCategory, RevisionKind
from companies.errors import SnapshotNotFound, WithdrawalIncomplete
from companies.issuers.company_issuers import refresh_company_issuers
from companies.issuers.errors import IssuerListNotFound, IssuerListRefused
from companies.issuers.filer import Filer, continue_filer
from companies.issuers.filer_rows import collect_filers, pack_filers, unpack_filers
from companies.issuers.filer_tables import load_filer_histories, store_filer_histories
from companies.issuers.issuer_changes import IssuerChange, list_issuer_changes
from companies.issuers.list_checks import (
    listed_codes,
    refuse_garbled_filers,
    refuse_malformed_filers,
    refuse_too_few_companies,
    refuse_too_few_filers,
)
from companies.issuers.list_entries import (
    NeighbouringLists,
    find_neighbouring_lists,
    find_standing_list,
    iterate_issuer_lists,
    record_issuer_list,
)
from companies.ledger.chain import chain_revisions
from companies.ledger.changes import begin_change
from companies.ledger.history import revise_history
from companies.ledger.revisions import open_revision
from companies.ledger.snapshot_rows import Rows, differing_codes
from companies.ledger.snapshots import Outcome
from companies.models import CompanyVersion, Issuer, IssuerList, IssuerListWithdrawal, LedgerRevision, ListingSnapshot

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class AppliedIssuerList:
    """The result of a list: how many filers it has, how many of them with a securities code, how many issuers came new or say
    something else than before, and of how many companies something else is told now.
    """

    list_id: int
    date_in_force: date
    outcome: Outcome
    total: int
    listed: int
    new_issuers: int = 0
    changed_filers: int = 0
    companies: int = 0


@dataclass(frozen=True, slots=True)
class IssuerListPreview:
    """What applying a list would do, and why it would need to be forced, if it would."""

    result: AppliedIssuerList
    refusal: IssuerListRefused | None
    changes: list[IssuerChange]


def apply_issuer_list(
    day: date, filers: Sequence[Filer], *, force: bool = False, run_id: UUID | None = None
) -> AppliedIssuerList:
    """Put the code list of a day into the ledger, in one transaction, whatever came before. The order does not matter, and
    applying one twice changes nothing. Of two lists of one day the one that was recorded later holds.

    `filers` without individuals. `force` accepts a list that has too little of its nearest neighbour. Raises
    `IssuerListRefused`; then nothing was written.
    """
    with transaction.atomic():
        result = _apply(day, filers, force=force, run_id=run_id)
    logger.info("issuer_list_applied", **{field: getattr(result, field) for field in AppliedIssuerList.__slots__})
    return result


def preview_issuer_list(day: date, filers: Sequence[Filer]) -> IssuerListPreview:
    """What `apply_issuer_list` would do, found by doing it and rolling back. Raises `IssuerListRefused` for what cannot be forced."""
    refusal: IssuerListRefused | None = None
    with transaction.atomic():
        try:
            with transaction.atomic():
                result = _apply(day, filers)
        except IssuerListRefused as error:
            if not error.can_be_forced:
                raise
            refusal = error
            result = _apply(day, filers, force=True)
        changes = list_issuer_changes() if result.outcome is Outcome.APPLIED else []
        transaction.set_rollback(True)
    return IssuerListPreview(result, refusal, changes)


def withdraw_issuer_list(list_id: int, *, reason: str, withdrawn_by: str) -> Collection[str]:
    """Take a list back, in one transaction: the one it superseded holds again, or its day is one without a list. The codes of the
    companies of which something else is told since. A second time changes nothing.

    Raises `WithdrawalIncomplete` without a reason or a name, and `IssuerListNotFound`.
    """
    if not reason.strip() or not withdrawn_by.strip():
        raise WithdrawalIncomplete("withdrawn_by" if reason.strip() else "reason")
    with transaction.atomic():
        change = begin_change()
        entry = IssuerList.objects.filter(pk=list_id).first()
        if entry is None:
            raise IssuerListNotFound(list_id)
        if hasattr(entry, "withdrawal"):
            return set()
        publish_after_commit()
        held = not entry.is_superseded
        IssuerList.objects.filter(pk=entry.pk).update(is_superseded=True)
        IssuerListWithdrawal.objects.create(
            issuer_list=entry, reason=reason.strip(), withdrawn_by=withdrawn_by.strip(), withdrawn_at=change.moment
        )
        revision = open_revision(RevisionKind.ISSUER_LIST_WITHDRAWN, change, issuer_list=entry)
        changed = _hold_instead(entry, revision) if held else set()
        chain_revisions()
    logger.info("issuer_list_withdrawn", by=withdrawn_by, list_id=list_id, companies=len(changed))
    return changed


def preview_issuer_withdrawal(list_id: int) -> Collection[str]:
    """What `withdraw_issuer_list` would change, found by doing it and rolling back. Raises `IssuerListNotFound`."""
    with transaction.atomic():
        changed = withdraw_issuer_list(list_id, reason="preview", withdrawn_by="preview")
        transaction.set_rollback(True)
    return changed


def _apply(day: date, filers: Sequence[Filer], *, force: bool = False, run_id: UUID | None = None) -> AppliedIssuerList:
    refuse_malformed_filers(filers)
    rows = collect_filers(filers)
    packed = pack_filers(rows)
    listed = len(listed_codes(rows))
    with transaction.atomic():
        change = begin_change()
        publish_after_commit()
        recorded = find_standing_list(day)
        if recorded is not None and recorded.sha256 == packed.sha256:
            return AppliedIssuerList(recorded.pk, day, Outcome.UNCHANGED, len(rows), listed)
        neighbours = find_neighbouring_lists(day)
        baseline = unpack_filers(neighbours.in_force.rows) if neighbours.in_force else {}
        changed = differing_codes(baseline, rows)
        if not force:
            _refuse_unlikely(day, rows, changed, neighbours)
        entry = record_issuer_list(day, rows, packed, listed_count=listed, run_id=run_id, recorded_at=change.moment)
        revision = open_revision(RevisionKind.ISSUER_LIST, change, issuer_list=entry)
        before = _issuers_among(changed)
        companies = _revise(day, rows, changed, neighbours, revision)
        chain_revisions()
        return AppliedIssuerList(
            entry.pk, day, Outcome.APPLIED, len(rows), listed,
            new_issuers=len(_issuers_among(changed) - before), changed_filers=len(changed), companies=len(companies),
        )  # fmt: skip


def _issuers_among(edinet_codes: Collection[str]) -> set[str]:
    return {*Issuer.objects.filter(edinet_code__in=edinet_codes).values_list("edinet_code", flat=True)}


def _refuse_unlikely(day: date, rows: Rows, changed: set[str], neighbours: NeighbouringLists) -> None:
    refuse_garbled_filers(rows, changed)
    nearest = neighbours.nearest_to(day)
    if nearest is not None:
        refuse_too_few_filers(
            rows, day=day, nearest=unpack_filers(nearest.rows), nearest_day=nearest.date_in_force
        )  # fmt: skip
    try:
        list_day = ListingSnapshot.objects.get_in_force_on(day).date_in_force
    except SnapshotNotFound as error:
        if error.first_on is None:
            return
        list_day = error.first_on
    shares = CompanyVersion.objects.as_of(list_day).filter(product_category=ProductCategory.DOMESTIC_STOCK)
    codes = list(shares.values_list("company__code", flat=True))
    refuse_too_few_companies(rows, day=day, listed=codes, list_day=list_day)


def _revise(
    day: date, rows: Rows, changed: set[str], neighbours: NeighbouringLists, revision: LedgerRevision
) -> set[str]:
    """Bring states, issuers and companies in line with what the list of a day says now. The companies that changed."""
    before = load_filer_histories(changed) if changed else {}
    revised = revise_history(
        before, day=day, day_before=neighbours.previous.date_in_force if neighbours.previous else None, rows=rows,
        following=iterate_issuer_lists(after=day), continue_row=continue_filer,
    )  # fmt: skip
    store_filer_histories({code: versions for code, versions in revised.items() if versions != before[code]})
    return refresh_company_issuers(revision)


def _hold_instead(entry: IssuerList, revision: LedgerRevision) -> set[str]:
    """After the list of a day was taken back: the one before it of that day holds again, or what is in force before the day."""
    day = entry.date_in_force
    holder = find_standing_list(day)
    if holder is not None:
        IssuerList.objects.filter(pk=holder.pk).update(is_superseded=False)
    neighbours = find_neighbouring_lists(day)
    rows = unpack_filers(neighbours.in_force.rows) if neighbours.in_force else {}
    return _revise(day, rows, differing_codes(unpack_filers(entry.rows), rows), neighbours, revision)
