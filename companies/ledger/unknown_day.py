"""After the release before wrote to a ledger that has a day. It knows of none: of the companies that its list changes it shows the newest
state, be it of tomorrow, and the others stay as of today. So which day all of them are of is said anew.
"""

from datetime import date, datetime

import structlog
from django.db.models import Max

from api.generations import publish_after_commit
from companies.choices import RevisionKind
from companies.issuers.company_issuers import tell_of_issuers, texts_of_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.ledger.chain import chain_revisions
from companies.ledger.coming_into_force import codes_that_change
from companies.ledger.company_tables import load_companies, project_companies, write_companies
from companies.ledger.history_tables import load_histories
from companies.ledger.ledger_day import find_ledger_day
from companies.ledger.revisions import Change, open_revision
from companies.models import LedgerRevision

logger = structlog.get_logger(__name__)


def is_day_unknown() -> bool:
    """Whether the newest revision has no day, though one before it has."""
    return find_ledger_day() is None and LedgerRevision.objects.exclude(day=None).exists()


def settle_day(day: date, moment: datetime) -> None:
    """Have all companies be as of the day, by a revision, under the ledger's lock. That changes those whose versions begin or end since the
    last day that is known; of others only what is wrong is written.
    """
    since = LedgerRevision.objects.aggregate(day=Max("day"))["day"]
    publish_after_commit()
    revision = open_revision(RevisionKind.IN_FORCE, Change(moment, day))
    changing = codes_that_change(since, day)
    projected, stored, texts = project_companies(load_histories(), day), load_companies(), texts_of_issuers(day)
    rows = {
        code: row for code, row in projected.items()
        if code in changing or _with_text(row, texts.get(code, "")) != stored.get(code)
    }  # fmt: skip
    if rows:
        write_companies(rows, changed=changing, moment=moment)
        tell_of_issuers(rows.keys(), day)
    refresh_official_columns()
    chain_revisions()
    logger.warning("ledger_day_settled", day=day.isoformat(), revision=revision.number, companies=len(rows))


def _with_text(row: dict[str, object], text: str) -> dict[str, object]:
    return {**row, "search_text": f"{row['search_text']}{text}"}
