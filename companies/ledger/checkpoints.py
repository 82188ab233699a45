"""Checkpoints: that the history up to a revision was proven, so that the next proof need not begin at the first list.

What was known once a revision was committed never changes: its versions may be taken back by a later one, with both numbers, and
its entries superseded, but the rows stay. So a checkpoint holds a fingerprint of exactly that, made of the rows themselves. As long
as they still have it they are what was proven, and everything after follows from them; a change of any of them by SQL gives another
one, and then nothing is believed of the checkpoint. Nor is it where histories are derived by other rules than they were then.
"""

import hashlib
import inspect
import unicodedata
from functools import cache

from django.db import connection

from companies import letters, radicals
from companies.ledger import entries, history, replay, snapshot_rows
from companies.listed_issue import TRACKED_FIELDS
from companies.models import HistoryCheckpoint, LedgerRevision

_STATE = ", ".join(TRACKED_FIELDS)
_DAY_ZERO = "date '1970-01-01'"
#: Kind of row and what is proven of it, as it was known once the revision `%(revision)s` was. Days and moments as numbers: how text
#: of them looks is a setting of the connection. Texts for search are folded anew by every proof.
_PROVEN = (
    f"""SELECT 'version', code, lower(validity) - {_DAY_ZERO}, upper(validity) - {_DAY_ZERO}, recorded_in,
        CASE WHEN withdrawn_in <= %(revision)s THEN withdrawn_in END, {_STATE}
    FROM (
        SELECT company_code AS code, validity, recorded_in, NULL::bigint AS withdrawn_in, {_STATE} FROM company_versions
        UNION ALL SELECT company_code, validity, recorded_in, withdrawn_in, {_STATE} FROM withdrawn_versions
    ) AS versions WHERE recorded_in <= %(revision)s""",  # noqa: S608 column names are constants
    f"""SELECT 'holding', entry_id, date_in_force - {_DAY_ZERO}, held_from,
        CASE WHEN held_until <= %(revision)s THEN held_until END
    FROM entry_holdings WHERE held_from <= %(revision)s""",  # noqa: S608
    f"""SELECT 'entry', id, date_in_force - {_DAY_ZERO}, source, row_count, sha256, encode(sha256(rows), 'hex'),
        extract(epoch FROM recorded_at)
    FROM listing_snapshots WHERE id IN (SELECT entry_id FROM ledger_revisions WHERE number <= %(revision)s)""",  # noqa: S608
    """SELECT 'withdrawal', entry_id, extract(epoch FROM withdrawn_at) FROM snapshot_withdrawals WHERE entry_id IN
        (SELECT entry_id FROM ledger_revisions WHERE number <= %(revision)s AND kind = 'withdrawn')""",
)
_DIGESTS = " UNION ALL ".join(
    f"SELECT sha256(convert_to(told::text, 'UTF8')) AS digest FROM ({rows}) AS told"  # noqa: S608
    for rows in _PROVEN
)
_FINGERPRINT = (
    f"SELECT encode(sha256(coalesce(string_agg(digest, '' ORDER BY digest), '')), 'hex') FROM ({_DIGESTS}) AS rows"  # noqa: S608
)


@cache
def rules_fingerprint() -> str:
    """Of what derives histories from lists: the code itself, and the Unicode that this Python has."""
    code = "".join(inspect.getsource(module) for module in (history, replay, snapshot_rows, entries, letters, radicals))
    told = f"{unicodedata.unidata_version}|{_STATE}|{code}"
    return hashlib.sha256(told.encode()).hexdigest()


def rows_fingerprint(revision: int) -> str:
    """Of all rows that were known once the revision was."""
    with connection.cursor() as cursor:
        cursor.execute(_FINGERPRINT, {"revision": revision})
        fingerprint: str = cursor.fetchone()[0]
    return fingerprint


def find_checkpoint() -> HistoryCheckpoint | None:
    """The newest one, where what it tells of is still as it was proven, by the rules of today."""
    checkpoint: HistoryCheckpoint | None = (
        HistoryCheckpoint.objects.filter(rules=rules_fingerprint()).order_by("-revision", "-id").first()
    )
    if checkpoint is None:
        return None
    told = LedgerRevision.objects.filter(number=checkpoint.revision).values_list("fingerprint", flat=True).first()
    is_as_proven = (
        told == checkpoint.revision_fingerprint and rows_fingerprint(checkpoint.revision) == checkpoint.rows_fingerprint
    )
    return checkpoint if is_as_proven else None


def make_checkpoint(rests_on: int) -> HistoryCheckpoint | None:
    """Of the ledger as it is, unsaved; to be called in the state of the database that was proven. `None` where there is no list."""
    newest = LedgerRevision.objects.order_by("-number").values_list("number", "fingerprint").first()
    if newest is None:
        return None
    number, fingerprint = newest
    return HistoryCheckpoint(
        revision=number, revision_fingerprint=fingerprint, rows_fingerprint=rows_fingerprint(number),
        rules=rules_fingerprint(), rests_on=rests_on,
    )  # fmt: skip
