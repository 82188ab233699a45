"""The lists of tomorrow become those of today: companies move on with the day, and that is a revision like any other change.

So whoever follows revisions, holds an answer's ETag or goes through pages learns of it in the same way, and what was said before
midnight stays what was known then.
"""

from collections.abc import Collection
from datetime import date, datetime

import structlog
from django.db import connection
from django.db.models import Max

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.company_issuers import tell_of_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.ledger.chain import chain_revisions
from companies.ledger.company_tables import project_companies, write_companies
from companies.ledger.history_tables import load_histories
from companies.ledger.ledger_day import find_ledger_day
from companies.ledger.revisions import Change, open_revision
from companies.models import LedgerRevision, ListingSnapshot

logger = structlog.get_logger(__name__)

# Versions begin and end on the days of lists only.
_CHANGING = """
    SELECT code FROM companies WHERE id IN (
        SELECT company_id FROM company_versions WHERE lower(validity) > %(since)s AND lower(validity) <= %(until)s
        UNION ALL
        SELECT company_id FROM company_versions WHERE upper(validity) > %(since)s AND upper(validity) <= %(until)s
    )
"""
_CONFIRMED = """
    UPDATE companies SET last_seen_on = %(newest)s, reference_date = %(newest)s WHERE is_active AND last_seen_on <> %(newest)s
"""


def find_next_day(today: date) -> date:
    """The ledger's day once a change of today is made: today, or the day that it has reached where that is later."""
    day = find_ledger_day()
    if day is None and LedgerRevision.objects.exists():
        # The release before shows the newest list, whatever its day: that is not taken back.
        day = ListingSnapshot.objects.holding().aggregate(day=Max("date_in_force"))["day"]
    return today if day is None else max(today, day)


def find_pending_day() -> date | None:
    """The first day after the ledger's with a list: the one that is to come into force next."""
    day = find_ledger_day()
    if day is None:
        return None
    pending = ListingSnapshot.objects.holding().filter(date_in_force__gt=day).order_by("date_in_force")
    found: date | None = pending.values_list("date_in_force", flat=True).first()
    return found


def bring_into_force(day: date, moment: datetime) -> LedgerRevision | None:
    """Move companies on to the day, under the ledger's lock: the revision by which that was done; `None` where no list was pending.

    What it changes is written once, for the companies whose versions begin or end in between.
    """
    since = find_ledger_day()
    pending = find_pending_day()
    if since is None or pending is None or pending > day:
        return None
    publish_after_commit()
    revision = open_revision(RevisionKind.IN_FORCE, Change(moment, day))
    changing = codes_that_change(since, day)
    _project(changing, revision)
    newest = ListingSnapshot.objects.holding().filter(date_in_force__lte=day).aggregate(day=Max("date_in_force"))
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRMED, {"newest": newest["day"]})
    refresh_official_columns()
    chain_revisions()
    logger.info("list_in_force", day=day.isoformat(), revision=revision.number, companies=len(changing))
    return revision


def codes_that_change(since: date, until: date) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_CHANGING, {"since": since, "until": until})
        return {code for (code,) in cursor}


def _project(codes: Collection[str], revision: LedgerRevision) -> None:
    if codes:
        rows = project_companies(load_histories(codes), revision.day)
        write_companies(rows, changed=codes, moment=revision.recorded_at)
        tell_of_issuers(codes, revision.day)
