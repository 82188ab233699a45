"""The revisions of the ledger: each change gets the next number, under the ledger's lock, and says which entry holds from then on."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from companies.choices import RevisionKind
from companies.ledger.past_revisions import next_fingerprint
from companies.models import IssuerList, LedgerRevision, ListingSnapshot

_LET_GO = """
    UPDATE entry_holdings SET held_until = %s
    WHERE date_in_force = %s AND held_until IS NULL AND entry_id IS DISTINCT FROM %s
"""
_HOLD = """
    INSERT INTO entry_holdings (entry_id, date_in_force, held_from)
    SELECT %s, %s, %s
    WHERE NOT EXISTS (SELECT 1 FROM entry_holdings WHERE date_in_force = %s AND held_until IS NULL)
"""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of the ledger that has begun: the moment that it bears, and the day (in Japan) as of which companies are from it on."""

    moment: datetime
    day: date


def open_revision(
    kind: RevisionKind, change: Change, entry: ListingSnapshot | None = None, *, issuer_list: IssuerList | None = None
) -> LedgerRevision:
    """Give the change of this transaction, which has begun by `companies.ledger.changes.begin_change`, the next number. The entry is
    of lists of issues or of issuers; a revision of other facts has none.
    """
    newest = LedgerRevision.objects.order_by("-number").values_list("number", "fingerprint").first()
    number, before = newest or (0, "")
    came = entry or issuer_list
    revision: LedgerRevision = LedgerRevision.objects.create(
        number=number + 1, kind=kind, entry=entry, issuer_list=issuer_list, recorded_at=change.moment,
        day=change.day,
        fingerprint=next_fingerprint(before, number + 1, kind, came.pk if came else None, change.moment),
    )  # fmt: skip
    return revision


def hold(day: date, entry_id: int | None, revision: int) -> None:
    """From a revision on this entry holds for the day, and none where it is `None`."""
    with connection.cursor() as cursor:
        # In this order: the database refuses that two hold for one day.
        cursor.execute(_LET_GO, [revision, day, entry_id])
        if entry_id is not None:
            cursor.execute(_HOLD, [entry_id, day, revision, day])
