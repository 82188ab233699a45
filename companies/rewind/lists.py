"""Both ledgers of lists, and the versions of companies, as they were once a revision was. To be called in this order: each step asks
the revisions that are undone which rows are theirs.
"""

from collections.abc import Collection

from django.db import connection

from companies.listed_issue import TRACKED_FIELDS

_STATE = ", ".join(TRACKED_FIELDS)
_ENTRIES_GONE = (
    "SELECT entry_id FROM ledger_revisions WHERE number > %(revision)s AND kind <> 'withdrawn' AND entry_id IS NOT NULL"
)
_HOLDING = "SELECT entry_id FROM entry_holdings WHERE held_until IS NULL"

_UNDO_WITHDRAWALS = """
    DELETE FROM snapshot_withdrawals
    WHERE entry_id IN (SELECT entry_id FROM ledger_revisions WHERE number > %(revision)s AND kind = 'withdrawn')
"""
_UNDO_HOLDINGS = (
    "DELETE FROM entry_holdings WHERE held_from > %(revision)s",
    "UPDATE entry_holdings SET held_until = NULL WHERE held_until > %(revision)s",
)
# What was said beside an entry goes with it. In this order: at no moment two entries hold for one day.
_DROP_NOTES = f"DELETE FROM provisional_lists WHERE entry_id IN ({_ENTRIES_GONE})"  # noqa: S608 constants
_LET_GO = f"UPDATE listing_snapshots SET is_superseded = true WHERE NOT is_superseded AND id NOT IN ({_HOLDING})"  # noqa: S608
_DROP_ENTRIES = f"DELETE FROM listing_snapshots WHERE id IN ({_ENTRIES_GONE})"  # noqa: S608
_HOLD = f"UPDATE listing_snapshots SET is_superseded = false WHERE is_superseded AND id IN ({_HOLDING})"  # noqa: S608

_UNDO_ISSUER_WITHDRAWALS = """
    DELETE FROM issuer_list_withdrawals WHERE issuer_list_id IN (
        SELECT issuer_list_id FROM ledger_revisions WHERE number > %(revision)s AND kind = 'issuer_list_withdrawn')
"""
_DROP_ISSUER_LISTS = """
    DELETE FROM issuer_lists WHERE id IN (
        SELECT issuer_list_id FROM ledger_revisions WHERE number > %(revision)s AND kind = 'issuer_list')
"""

_DROP_VERSIONS = (
    "DELETE FROM company_versions WHERE recorded_in > %(revision)s",
    "DELETE FROM withdrawn_versions WHERE recorded_in > %(revision)s",
)
_RETURN_VERSIONS = f"""
    WITH back AS (
        DELETE FROM withdrawn_versions WHERE withdrawn_in > %(revision)s
        RETURNING company_code, {_STATE}, search_text, validity, recorded_in
    )
    INSERT INTO company_versions (company_id, company_code, {_STATE}, search_text, validity, recorded_in)
    SELECT companies.id, company_code, {", ".join(f"back.{field}" for field in TRACKED_FIELDS)}, back.search_text, validity, recorded_in
    FROM back JOIN companies ON companies.code = company_code
"""  # noqa: S608


def undo_lists(revision: int) -> tuple[int, int, int]:
    """Lists of issues and of issuers that are gone, and withdrawals (of either) that are. Which list of issuers holds is to be
    derived anew (`companies.issuers.proof.rebuild_filers`).
    """
    withdrawals = _do(_UNDO_WITHDRAWALS, revision) + _do(_UNDO_ISSUER_WITHDRAWALS, revision)
    for statement in (*_UNDO_HOLDINGS, _DROP_NOTES, _LET_GO):
        _do(statement, revision)
    entries = _do(_DROP_ENTRIES, revision)
    _do(_HOLD, revision)
    return entries, _do(_DROP_ISSUER_LISTS, revision), withdrawals


def drop_versions(revision: int) -> int:
    """Those that were not known yet; how many that was."""
    return sum(_do(statement, revision) for statement in _DROP_VERSIONS)


def drop_companies(known: Collection[str]) -> int:
    """Those of which nothing was known, with their quotes; how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM companies WHERE NOT (code = ANY(%s))", [list(known)])
        return int(cursor.rowcount)


def return_versions(revision: int) -> int:
    """Those that are known again, once their companies are there; how many."""
    return _do(_RETURN_VERSIONS, revision)


def _do(statement: str, revision: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"revision": revision})
        return int(cursor.rowcount)
