"""The ledger as it was once a revision was, in one transaction: everything that was done after it is as if it had never been.

Each row of the ledger says which revision recorded it and which took it back, so nothing is guessed: what came later goes, what was taken
back later is there again, and only what follows from both (companies, issuers) is derived anew. The ledger forgets; so this is no way
of correcting a list (`companies.ledger.withdrawals` is), and is only ever done to a copy that takes the product's place as a whole,
with another epoch (`companies.feed.position`).
"""

import structlog
from django.db import connection, transaction

from companies.issuers.company_issuers import refresh_company_issuers, tell_of_issuers
from companies.issuers.official_dates.columns import refresh_official_columns
from companies.issuers.proof import rebuild_filers
from companies.known.reading import newest_revision
from companies.ledger import entries
from companies.ledger.changes import is_behind
from companies.ledger.company_tables import project_companies, write_companies
from companies.ledger.history_tables import load_known_histories
from companies.ledger.past_revisions import date_companies, number_the_past
from companies.models import Company, HistoryCheckpoint, HistoryProof, LedgerRevision
from companies.rewind.errors import RevisionOutOfReach
from companies.rewind.facts import forget_official_days, link_issuers, undo_decisions, undo_facts
from companies.rewind.lists import drop_companies, drop_versions, return_versions, undo_lists
from companies.rewind.undone import Undone
from companies.search.refolding import refold_versions

logger = structlog.get_logger(__name__)


def rewind_ledger(number: int) -> Undone:
    """Take everything back that was done after the revision. Nothing is told of it: nobody may be served from this database yet.
    Raises `RevisionOutOfReach`; then nothing was written.

    1. Lists, and which of them hold, 2. facts beside them, 3. the companies of which something was known, and what was known of
    them, 4. the revisions themselves, 5. what companies and issuers tell by all that.
    """
    with transaction.atomic():
        entries.lock_ledger()
        _number_what_has_no_number()
        newest = newest_revision()
        revision = LedgerRevision.objects.filter(number=number).first()
        if revision is None:
            raise RevisionOutOfReach(number, newest)
        lists, issuer_lists, withdrawals = undo_lists(number)
        facts_gone, facts_back = undo_facts(number)
        versions_gone = drop_versions(number)
        companies_gone, companies_back = _restore_companies(revision)
        versions_back = return_versions(number)
        LedgerRevision.objects.filter(number__gt=number).delete()
        HistoryCheckpoint.objects.filter(revision__gt=number).delete()
        HistoryProof.objects.filter(until_revision__gt=number).delete()
        decisions = undo_decisions()
        _tell_anew(revision, companies_back)
        undone = Undone(
            revision=number, newest=newest, recorded_at=revision.recorded_at, day=revision.day, lists=lists,
            issuer_lists=issuer_lists, withdrawals=withdrawals, versions_gone=versions_gone, versions_back=versions_back,
            companies_gone=companies_gone, companies_back=len(companies_back), facts_gone=facts_gone,
            facts_back=facts_back, decisions=decisions,
        )  # fmt: skip
    logger.info("ledger_rewound", **{name: str(getattr(undone, name)) for name in Undone.__slots__})
    return undone


def _number_what_has_no_number() -> None:
    """What the release before wrote last would belong to no revision, and stay."""
    if is_behind() and number_the_past():
        refresh_company_issuers(LedgerRevision.objects.latest("number"))


def _restore_companies(revision: LedgerRevision) -> tuple[int, set[str]]:
    """How many companies are gone, and the codes of those that are there again."""
    known = load_known_histories(revision.number)
    gone = drop_companies(known)
    back = known.keys() - {*Company.objects.values_list("code", flat=True)}
    if known:
        rows = project_companies(known, revision.day)
        write_companies(rows, changed=known.keys(), moment=revision.recorded_at)
    return gone, back


def _tell_anew(revision: LedgerRevision, companies_back: set[str]) -> None:
    """In this order: what search looks through of a company is made of its version's text and of its issuer's."""
    rebuild_filers()
    link_issuers(companies_back)
    refold_versions()
    tell_of_issuers(list(Company.objects.values_list("code", flat=True)), revision.day)
    forget_official_days()
    refresh_official_columns()
    date_companies()
    with connection.cursor() as cursor:
        # References are looked at when a transaction ends: here is where a wrong one would have come about.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
