"""A ledger that goes back, deed by deed: what the laws try at random (`tests/laws/test_rewind_laws.py`), each by itself and in a moment."""

from datetime import date

import pytest

from companies.issuers.issuer_lists import apply_issuer_list
from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.models import SuccessionStatus
from companies.ledger.checkpoints import find_checkpoint, make_checkpoint
from companies.ledger.history_proof import verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, CompanyIssuer, ListingSnapshot, Succession
from companies.rewind.rewinding import rewind_ledger
from tests.edinet_lists import make_filer
from tests.factories import make_issue
from tests.laws.test_revision_laws import newest
from tests.laws.test_rewind_laws import ledger_rows

pytestmark = pytest.mark.django_db
MARCH, APRIL, MAY = date(2024, 3, 29), date(2024, 4, 30), date(2024, 5, 31)


def holding() -> list[tuple[str, date]]:
    return list(ListingSnapshot.objects.holding().order_by("date_in_force").values_list("source", "date_in_force"))


@pytest.fixture
def march() -> int:
    """A list of the weaker source; its revision."""
    apply_snapshot(MARCH, [make_issue("7203"), make_issue("9984")], "jpx", today=MARCH)
    return newest()


def test_a_list_that_was_replaced_later_holds_again(march: int) -> None:
    before = ledger_rows()
    apply_snapshot(MARCH, [make_issue("7203"), make_issue("9984", company_name="ソフトバンク")], "jquants")

    rewind_ledger(march)

    assert ledger_rows() == before
    assert holding() == [("jpx", MARCH)]
    assert verify_history() == []


def test_a_list_that_the_revision_itself_replaced_stays_replaced(march: int) -> None:
    apply_snapshot(MARCH, [make_issue("7203"), make_issue("9984", company_name="ソフトバンク")], "jquants")
    revision, before = newest(), ledger_rows()
    withdraw_entry(ListingSnapshot.objects.get(source="jquants").pk, reason="誤り", withdrawn_by="sato")

    rewind_ledger(revision)

    assert ledger_rows() == before
    assert holding() == [("jquants", MARCH)]
    assert Company.objects.get(code="9984").company_name == "ソフトバンク"


def test_what_came_and_went_after_it_was_never_known(march: int) -> None:
    before = ledger_rows()
    apply_snapshot(APRIL, [make_issue("7203", company_name="トヨタ"), make_issue("9984")], "jpx")
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=APRIL).pk, reason="誤り", withdrawn_by="sato")

    rewind_ledger(march)

    assert ledger_rows() == before


def test_companies_are_of_the_day_of_the_revision(march: int) -> None:
    """A list of tomorrow was there already, and shows from tomorrow on."""
    apply_snapshot(MAY, [make_issue("7203", company_name="トヨタ"), make_issue("9984")], "jpx", today=APRIL)
    revision, before = newest(), ledger_rows()
    apply_snapshot(date(2024, 6, 28), [make_issue("7203")], "jpx", force=True, today=date(2024, 6, 28))
    assert newest() > revision

    rewind_ledger(revision)

    assert ledger_rows() == before
    assert Company.objects.get(code="7203").company_name != "トヨタ"


def test_a_proof_goes_on_from_the_last_checkpoint_that_is_not_undone(march: int) -> None:
    for day in (APRIL, MAY):
        checkpoint = make_checkpoint(0)
        assert checkpoint is not None
        checkpoint.save()
        apply_snapshot(day, [make_issue("7203", company_name=f"トヨタ{day}"), make_issue("9984")], "jpx")

    rewind_ledger(march)

    found = find_checkpoint()
    assert found is not None
    assert found.revision == march


def test_a_company_that_is_there_again_has_its_issuer(march: int) -> None:
    apply_issuer_list(MARCH, [make_filer("9984", "E02778")], force=True)
    revision = newest()
    withdraw_entry(ListingSnapshot.objects.get().pk, reason="誤り", withdrawn_by="sato")
    assert not Company.objects.exists()

    rewind_ledger(revision)

    issuer = CompanyIssuer.objects.get(code="9984", withdrawn_in=None)
    assert issuer.company == Company.objects.get(code="9984")


def test_a_succession_has_the_day_that_counted_then(march: int) -> None:
    proposal = Succession.objects.create(
        predecessor="9984", successor="7203", day=MARCH, kind="share_transfer", evidence={}, confidence=0.5
    )
    confirmed = decide_succession(proposal, SuccessionStatus.CONFIRMED, decided_by="sato")
    revision = newest()
    proposed = decide_succession(confirmed, SuccessionStatus.PROPOSED, decided_by="sato")
    proposed.day = APRIL
    proposed.save()
    decide_succession(proposed, SuccessionStatus.CONFIRMED, decided_by="ito")

    rewind_ledger(revision)

    assert Succession.objects.get().day == MARCH
