"""Beginning a change of the ledger: under its lock, with everything numbered and in force that has to be before it."""

from datetime import date

from django.db import connection, transaction
from django.utils import timezone

from api.generations import publish_after_commit
from companies.issuers.company_issuers import refresh_company_issuers
from companies.ledger import entries
from companies.ledger.chain import chain_revisions, is_unchained
from companies.ledger.coming_into_force import bring_into_force, find_next_day, find_pending_day
from companies.ledger.past_revisions import number_the_past
from companies.ledger.revisions import Change
from companies.ledger.unknown_day import is_day_unknown, settle_day
from companies.models import LedgerRevision
from database.connections import database_now

# Entries get their ids under the lock and are numbered in their order: those without a number are the last ones. Every change asks this,
# so it must not look at each list that ever came.
_IS_BEHIND = """
    SELECT EXISTS (SELECT 1 FROM company_versions WHERE recorded_in IS NULL)
        OR EXISTS (SELECT 1 FROM listing_snapshots WHERE id > (
            SELECT coalesce(max(entry_id), 0) FROM ledger_revisions))
        OR EXISTS (SELECT 1 FROM snapshot_withdrawals AS taken WHERE NOT EXISTS (
            SELECT 1 FROM ledger_revisions WHERE entry_id = taken.entry_id AND kind = 'withdrawn'))
"""


def begin_change(today: date | None = None) -> Change:
    """Lock the ledger (`entries.lock_ledger`), number what was done to it without a number, settle its day where the release before wrote, and
    bring into force what has to be on the day in Japan; by the database's clock, which all writers share, where it is not given.
    """
    moment = entries.lock_ledger()
    if is_behind():
        _number_the_past()
        moment = entries.lock_ledger()
    # Before anything comes after them: revisions of the release before, which knows no chain.
    chain_revisions()
    day = find_next_day(timezone.localdate(moment) if today is None else today)
    if is_day_unknown():
        settle_day(day, moment)
        moment = entries.lock_ledger()
    if bring_into_force(day, moment):
        moment = entries.lock_ledger()
    return Change(moment, day)


def number_unnumbered() -> int:
    """Number what the release before did while this one was installed, if anything, and give revisions without one their hash. How
    many were numbered.
    """
    if not is_behind() and not is_unchained():
        return 0
    with transaction.atomic():
        entries.lock_ledger()
        publish_after_commit()
        count = _number_the_past() if is_behind() else 0
        chain_revisions()
    return count


def settle_unknown_day() -> bool:
    """Put right what the release before showed of tomorrow while this one is being installed. Whether there was anything."""
    if not is_day_unknown():
        return False
    with transaction.atomic():
        begin_change()
    return True


def _number_the_past() -> int:
    """The release before knows nothing of issuers, either: what its lists say of companies is told with the last of them."""
    count = number_the_past()
    if count:
        refresh_company_issuers(LedgerRevision.objects.latest("number"))
    return count


def is_behind() -> bool:
    """Whether something was done by the release before, which does not number."""
    with connection.cursor() as cursor:
        cursor.execute(_IS_BEHIND)
        return bool(cursor.fetchone()[0])


def roll_over(today: date | None = None, *, patience_seconds: float | None = None) -> bool:
    """Bring the lists of a day to come into force whose day in Japan has come (or is no later than `today`). Whether there was one.

    Where nothing is due it costs one question, and no lock. A second time changes nothing, and no day ever goes back. Given a
    patience, who is writing is not waited for any longer: then `django.db.OperationalError` is raised.
    """
    pending = find_pending_day()
    if pending is None or pending > (timezone.localdate(database_now()) if today is None else today):
        return False
    with transaction.atomic():
        if patience_seconds is not None:
            entries.lock_patiently(patience_seconds)
        begin_change(today)
    return True
