"""A ledger to which everything was done that can be done to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.issuers.issuer_lists import apply_issuer_list, withdraw_issuer_list
from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.changes import roll_over
from companies.ledger.history_proof import rebuild_history
from companies.ledger.ledger_day import find_ledger_day
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import CompanyVersion, ListingSnapshot, Succession
from tests.conftest import FEBRUARY, MARCH, make_two_lists
from tests.edinet_lists import make_filer
from tests.factories import make_issue

#: The kinds of its revisions, in their order.
KINDS = [
    "applied", "applied", "superseded", "kept", "withdrawn", "issuer_list", "issuer_list_withdrawn", "issuer_list", "official_dates",
    "official_dates", "identifiers", "identifiers", "decision", "decision", "rebuilt", "applied", "in_force",
]  # fmt: skip


@contextmanager
def everything_done(blocker: DjangoDbBlocker) -> Iterator[None]:
    """For all tests of a file, in a transaction that is rolled back. Lists have the ids 1 and so on."""
    with blocker.unblock(), transaction.atomic():
        with connection.cursor() as cursor:
            for table in ("listing_snapshots", "issuer_lists"):
                cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), 1, false)", [table])
        do_everything()
        yield
        transaction.set_rollback(True)


def do_everything() -> None:
    """Each kind of revision at least once."""
    make_two_lists()
    toyota = make_issue("7203", company_name="トヨタ自動車")
    apply_snapshot(MARCH, [toyota], "jquants", force=True)
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.get(source="jquants").pk, reason="別の日の一覧", withdrawn_by="山田")
    list_id = apply_issuer_list(FEBRUARY, [make_filer("7203", "E02144")], force=True).list_id
    withdraw_issuer_list(list_id, reason="古い", withdrawn_by="山田")
    apply_issuer_list(MARCH, [make_filer("7203", "E02144")], force=True)
    import_official_dates([OfficialDay("9984", "delisted", MARCH, reason="完全子会社化")], origin="CSV")
    import_official_dates([OfficialDay("9984", "delisted", MARCH, reason="合併")], origin="CSV", replaces=True)
    import_identifiers([Statement("7203", "isin", "JP3633400001", None, None, "CSV")])
    import_identifiers([Statement("7203", "isin", "JP3756600007", MARCH, None, "CSV")])
    proposal = Succession.objects.create(
        predecessor="9984", successor="130A", day=MARCH, kind="share_transfer", evidence={}, confidence=0.5
    )
    confirmed = decide_succession(proposal, SuccessionStatus.CONFIRMED, decided_by="山田")
    decide_succession(confirmed, SuccessionStatus.REJECTED, decided_by="佐藤")
    CompanyVersion.objects.filter(code="7201").update(company_name="書き換え")
    rebuild_history()
    tomorrow = (find_ledger_day() or MARCH) + timedelta(days=1)
    apply_snapshot(tomorrow, [make_issue("7203", company_name="トヨタ")], "jpx", force=True)
    roll_over(tomorrow)
