"""The revisions of the ledger: each change gets the next number, under the ledger's lock, and says which entry holds from then on."""

from datetime import date, datetime

from django.db import connection, transaction

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.company_issuers import refresh_company_issuers
from companies.ledger import entries
from companies.ledger.past_revisions import next_fingerprint, number_the_past
from companies.models import IssuerList, LedgerRevision, ListingSnapshot

_IS_BEHIND = """
    SELECT EXISTS (SELECT 1 FROM company_versions WHERE recorded_in IS NULL)
        OR EXISTS (SELECT 1 FROM listing_snapshots AS entry WHERE NOT EXISTS (
            SELECT 1 FROM ledger_revisions WHERE entry_id = entry.id AND kind <> 'withdrawn'))
        OR EXISTS (SELECT 1 FROM snapshot_withdrawals AS taken WHERE NOT EXISTS (
            SELECT 1 FROM ledger_revisions WHERE entry_id = taken.entry_id AND kind = 'withdrawn'))
"""
_LET_GO = """
    UPDATE entry_holdings SET held_until = %s
    WHERE date_in_force = %s AND held_until IS NULL AND entry_id IS DISTINCT FROM %s
"""
_HOLD = """
    INSERT INTO entry_holdings (entry_id, date_in_force, held_from)
    SELECT %s, %s, %s
    WHERE NOT EXISTS (SELECT 1 FROM entry_holdings WHERE date_in_force = %s AND held_until IS NULL)
"""


def begin_change() -> datetime:
    """Lock the ledger (`entries.lock_ledger`) and number what was done to it without a number. The moment that the change bears."""
    moment = entries.lock_ledger()
    if is_behind():
        _number_the_past()
        moment = entries.lock_ledger()
    return moment


def number_unnumbered() -> int:
    """Number what the release before did while this one was installed, if anything. How many revisions that were."""
    if not is_behind():
        return 0
    with transaction.atomic():
        entries.lock_ledger()
        publish_after_commit()
        return _number_the_past()


def _number_the_past() -> int:
    """The release before knows nothing of issuers, either: what its lists say of companies is told with the last of them."""
    count = number_the_past()
    if count:
        refresh_company_issuers(LedgerRevision.objects.latest("number"))
    return count


def open_revision(
    kind: RevisionKind, moment: datetime, entry: ListingSnapshot | None = None, *, issuer_list: IssuerList | None = None
) -> LedgerRevision:
    """Give the change of this transaction, which has begun by `begin_change`, the next number. The entry is of lists of issues or of
    issuers; a revision of other facts has none.
    """
    newest = LedgerRevision.objects.order_by("-number").values_list("number", "fingerprint").first()
    number, before = newest or (0, "")
    came = entry or issuer_list
    revision: LedgerRevision = LedgerRevision.objects.create(
        number=number + 1, kind=kind, entry=entry, issuer_list=issuer_list, recorded_at=moment,
        fingerprint=next_fingerprint(before, number + 1, kind, came.pk if came else None, moment),
    )  # fmt: skip
    return revision


def hold(day: date, entry_id: int | None, revision: int) -> None:
    """From a revision on this entry holds for the day, and none where it is `None`."""
    with connection.cursor() as cursor:
        # In this order: the database refuses that two hold for one day.
        cursor.execute(_LET_GO, [revision, day, entry_id])
        if entry_id is not None:
            cursor.execute(_HOLD, [entry_id, day, revision, day])


def is_behind() -> bool:
    """Whether something was done by the release before, which does not number."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_BEHIND)
        return bool(cursor.fetchone()[0])
