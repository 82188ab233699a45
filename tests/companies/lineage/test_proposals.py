"""Proposals follow the lists; decisions stay; what counted as a fact at a revision is known for ever."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from companies.feed.fact_changes import load_fact_changes
from companies.issuers.issuer_lists import apply_issuer_list, withdraw_issuer_list
from companies.issuers.lineage.decisions import decide_succession
from companies.issuers.lineage.errors import SuccessionChanged
from companies.issuers.lineage.models import SuccessionStatus
from companies.issuers.lineage.proposals import ProposalResult, propose_after_changes, propose_successions
from companies.issuers.lineage.reading import find_chain, load_confirmed
from companies.known.reading import newest_revision
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ConfirmedSuccession, IssuerList, LedgerRevision, ListingSnapshot, Succession
from companies.rewind.rewinding import rewind_ledger
from tests.edinet_lists import make_filer
from tests.factories import make_codes, make_issue, make_list

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, NOVEMBER = date(2024, 9, 30), date(2024, 10, 31), date(2024, 11, 29)
BANK = {"sector33_code": "7050", "sector17_code": "15"}
OTHERS = make_list(make_codes(40))


@pytest.fixture
def replaced(db: None) -> None:
    """東山銀行 went and 東山フィナンシャルグループ came between two lists."""
    apply_snapshot(SEPTEMBER, [*OTHERS, make_issue("8001", company_name="東山銀行", **BANK)], "jpx")
    apply_snapshot(OCTOBER, [*OTHERS, make_issue("9001", company_name="東山フィナンシャルグループ", **BANK)], "jpx")


def stored() -> list[tuple[str, str, str]]:
    return [(one.predecessor, one.successor, one.status) for one in Succession.objects.order_by("predecessor")]


@pytest.mark.usefixtures("replaced")
def test_a_proposal_counts_for_nothing_and_comes_once() -> None:
    revisions = LedgerRevision.objects.count()

    first, second = propose_successions(), propose_successions()

    assert (first, second) == (ProposalResult(proposed=[("8001", "9001")]), ProposalResult())
    assert stored() == [("8001", "9001", "proposed")]
    assert load_confirmed().succeeded_by == {}
    assert LedgerRevision.objects.count() == revisions


@pytest.mark.usefixtures("replaced")
def test_nothing_is_done_where_the_ledger_did_not_go_on() -> None:
    assert propose_after_changes() == ProposalResult(proposed=[("8001", "9001")])
    assert propose_after_changes() is None

    apply_snapshot(NOVEMBER, [*OTHERS, make_issue("9001", company_name="東山フィナンシャルグループ", **BANK)], "jpx")

    assert propose_after_changes() == ProposalResult()


@pytest.mark.usefixtures("replaced")
def test_another_revision_under_the_same_number_is_looked_at() -> None:
    assert propose_after_changes() == ProposalResult(proposed=[("8001", "9001")])

    rewind_ledger(1)
    apply_snapshot(OCTOBER, [*OTHERS, make_issue("9002", company_name="東山フィナンシャルグループ", **BANK)], "jpx")

    assert newest_revision() == 2
    assert propose_after_changes() == ProposalResult(proposed=[("8001", "9002")], removed=[("8001", "9001")])
    assert propose_after_changes() is None


@pytest.mark.usefixtures("replaced")
def test_a_backup_of_before_the_rules_ran_is_looked_at() -> None:
    """The same revision, of another course."""
    propose_after_changes()
    assert propose_after_changes() is None
    Succession.objects.all().delete()
    with connection.cursor() as cursor:
        # As a restored backup has it: the same rows in a table that was made anew.
        cursor.execute("CREATE TABLE of_backup AS TABLE ledger_revisions")
        cursor.execute("ALTER TABLE ledger_revisions RENAME TO of_before")
        cursor.execute("ALTER TABLE of_backup RENAME TO ledger_revisions")

    assert propose_after_changes() == ProposalResult(proposed=[("8001", "9001")])


@pytest.mark.usefixtures("replaced")
def test_a_proposal_goes_with_the_list_that_it_came_of_and_a_decision_stays() -> None:
    propose_successions()
    october = ListingSnapshot.objects.get(date_in_force=OCTOBER)
    apply_snapshot(NOVEMBER, OTHERS, "jpx", force=True)
    withdraw_entry(october.pk, reason="ちがう一覧", withdrawn_by="operator")

    assert propose_successions().removed == [("8001", "9001")]
    assert stored() == []


@pytest.mark.usefixtures("replaced")
@pytest.mark.parametrize("status", [SuccessionStatus.CONFIRMED, SuccessionStatus.REJECTED])
def test_what_a_person_decided_is_never_touched(status: SuccessionStatus) -> None:
    propose_successions()
    decide_succession(Succession.objects.get(), status, decided_by="operator")
    apply_snapshot(NOVEMBER, OTHERS, "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=OCTOBER).pk, reason="ちがう一覧", withdrawn_by="operator")

    assert propose_successions() == ProposalResult()
    assert stored() == [("8001", "9001", status)]


@pytest.mark.usefixtures("replaced")
@pytest.mark.parametrize("status", [SuccessionStatus.CONFIRMED, SuccessionStatus.REJECTED])
def test_what_a_person_decided_is_not_proposed_again_while_the_lists_go_on_to_say_it(status: SuccessionStatus) -> None:
    propose_successions()
    decide_succession(Succession.objects.get(), status, decided_by="operator")

    assert propose_successions() == ProposalResult()
    assert stored() == [("8001", "9001", status)]


@pytest.mark.usefixtures("replaced")
def test_what_a_list_told_by_itself_is_a_proposal_once_that_list_is_gone_though_the_names_agree() -> None:
    others = [make_filer(issue.code, f"E{number:05}") for number, issue in enumerate(OTHERS, start=100)]
    apply_issuer_list(SEPTEMBER, [*others, make_filer("8001", "E00007")], force=True)
    told = apply_issuer_list(OCTOBER, [*others, make_filer("9001", "E00007")], force=True)
    propose_successions()
    assert stored() == [("8001", "9001", "confirmed")]
    confirmed = newest_revision()

    withdraw_issuer_list(told.list_id, reason="ちがう一覧", withdrawn_by="operator")
    propose_successions()

    assert stored() == [("8001", "9001", "proposed")]
    assert (load_confirmed(confirmed).succeeded_by, load_confirmed().succeeded_by) == ({"8001": ["9001"]}, {})
    assert propose_successions() == ProposalResult()


def test_the_feed_of_a_past_revision_stays_though_a_list_tells_another_day() -> None:
    others = [make_filer(issue.code, f"E{number:05}") for number, issue in enumerate(OTHERS, start=100)]
    apply_issuer_list(SEPTEMBER, [*others, make_filer("8001", "E00007")], force=True)
    apply_issuer_list(NOVEMBER, [*others, make_filer("9001", "E00007")], force=True)
    propose_successions()
    first = newest_revision()
    told = [(number, is_gone, fact["date"]) for number, is_gone, fact in load_fact_changes([first])]
    assert told == [(first, False, NOVEMBER)]

    apply_issuer_list(OCTOBER, [*others, make_filer("9001", "E00007")], force=True)
    propose_successions()

    newest = newest_revision()
    assert [(number, gone, fact["date"]) for number, gone, fact in load_fact_changes([first])] == told
    assert [(gone, fact["date"]) for _, gone, fact in load_fact_changes([newest])] == [
        (True, NOVEMBER),
        (False, OCTOBER),
    ]


def test_what_a_rule_confirms_by_itself_is_rejected_or_stays() -> None:
    others = [make_filer(issue.code, f"E{number:05}") for number, issue in enumerate(OTHERS, start=100)]
    apply_issuer_list(SEPTEMBER, [*others, make_filer("8001", "E00007")], force=True)
    apply_issuer_list(OCTOBER, [*others, make_filer("9001", "E00007")], force=True)
    propose_successions()

    with pytest.raises(ValueError, match="rejected, or stays"):
        decide_succession(Succession.objects.get(), SuccessionStatus.PROPOSED, decided_by="operator")
    decide_succession(Succession.objects.get(), SuccessionStatus.REJECTED, decided_by="operator")
    assert propose_successions() == ProposalResult()
    assert stored() == [("8001", "9001", "rejected")]


@pytest.mark.usefixtures("replaced")
def test_a_proposal_that_counted_once_is_told_no_more_when_its_list_is_gone() -> None:
    propose_successions()
    proposal = decide_succession(Succession.objects.get(), SuccessionStatus.CONFIRMED, decided_by="operator")
    decide_succession(proposal, SuccessionStatus.PROPOSED, decided_by="operator")
    apply_snapshot(NOVEMBER, OTHERS, "jpx", force=True)
    withdraw_entry(ListingSnapshot.objects.get(date_in_force=OCTOBER).pk, reason="ちがう一覧", withdrawn_by="operator")

    assert propose_successions().removed == [("8001", "9001")]
    assert stored() == [("8001", "9001", "rejected")]


@pytest.mark.usefixtures("replaced")
def test_what_counted_as_a_fact_at_a_revision_is_known_for_ever() -> None:
    propose_successions()
    before = newest_revision()
    proposal = Succession.objects.get()
    decide_succession(proposal, SuccessionStatus.CONFIRMED, decided_by="operator")
    confirmed = newest_revision()
    decide_succession(proposal, SuccessionStatus.PROPOSED, decided_by="operator")

    assert [load_confirmed(revision).succeeded_by for revision in (before, confirmed, None)] == [
        {},
        {"8001": ["9001"]},
        {},
    ]
    assert load_confirmed(confirmed).preceded_by == {"9001": ["8001"]}
    assert (
        list(LedgerRevision.objects.filter(number__gt=before).order_by("number").values_list("kind", flat=True))
        == ["decision"] * 2
    )
    assert stored() == [("8001", "9001", "proposed")]


@pytest.mark.usefixtures("replaced")
def test_of_two_who_decide_at_once_one_is_told() -> None:
    propose_successions()
    seen, also_seen = Succession.objects.get(), Succession.objects.get()
    decide_succession(seen, SuccessionStatus.CONFIRMED, decided_by="first")

    with pytest.raises(SuccessionChanged):
        decide_succession(also_seen, SuccessionStatus.REJECTED, decided_by="second")

    assert Succession.objects.get().decided_by == "first"
    assert ConfirmedSuccession.objects.known_at().count() == 1


@pytest.mark.usefixtures("replaced")
def test_a_rejection_is_no_revision() -> None:
    propose_successions()
    before = newest_revision()

    decide_succession(Succession.objects.get(), SuccessionStatus.REJECTED, decided_by="operator")

    assert newest_revision() == before


def test_one_issuer_under_two_codes_confirms_itself_and_goes_with_its_list() -> None:
    apply_snapshot(SEPTEMBER, [*OTHERS, make_issue("1375")], "jpx")
    apply_issuer_list(SEPTEMBER, [make_filer("1378", "E00007")])
    apply_issuer_list(OCTOBER, [make_filer("1375", "E00007")], force=True)

    assert propose_successions().confirmed == [("1378", "1375")]
    known = newest_revision()
    assert (Succession.objects.get().decided_by, load_confirmed().succeeded_by) == ("", {"1378": ["1375"]})

    withdraw_issuer_list(IssuerList.objects.get(date_in_force=OCTOBER).pk, reason="ちがう一覧", withdrawn_by="operator")
    assert propose_successions().withdrawn == [("1378", "1375")]
    assert (load_confirmed().succeeded_by, load_confirmed(known).succeeded_by) == ({}, {"1378": ["1375"]})

    apply_issuer_list(NOVEMBER, [make_filer("1375", "E00007")], force=True)
    assert propose_successions().confirmed == [("1378", "1375")]
    assert load_confirmed().succeeded_by == {"1378": ["1375"]}


def test_a_new_legal_person_under_one_code_is_proposed_and_followed_by_nothing() -> None:
    apply_issuer_list(SEPTEMBER, [make_filer("9204", "E04279")])
    apply_issuer_list(OCTOBER, [make_filer("9204", "E38082")], force=True)

    assert propose_successions().proposed == [("9204", "9204")]
    decide_succession(Succession.objects.get(), SuccessionStatus.CONFIRMED, decided_by="operator")
    assert load_confirmed().succeeded_by == {}


def test_a_chain_is_whole_from_each_of_its_ends() -> None:
    for predecessor, successor in (("1001", "2001"), ("1002", "2001"), ("2001", "3001"), ("5001", "5002")):
        Succession.objects.create(
            predecessor=predecessor, successor=successor, day=OCTOBER, kind="merger", evidence={}, confidence=0.5
        )  # fmt: skip

    wanted = [("1001", "2001"), ("1002", "2001"), ("2001", "3001")]
    for code in ("1001", "1002", "2001", "3001"):
        assert [(one.predecessor, one.successor) for one in find_chain(code, [SuccessionStatus.PROPOSED])] == wanted
    assert find_chain("1001", [SuccessionStatus.CONFIRMED]) == []


def test_funds_that_come_and_go_follow_nobody() -> None:
    fund = {"market_code": "0109", "sector33_code": None, "sector17_code": None, "product_category": "014"}
    apply_snapshot(SEPTEMBER, [*OTHERS, make_issue("1601", company_name="上場投信東山", **fund)], "jpx")
    apply_snapshot(OCTOBER, [*OTHERS, make_issue("2601", company_name="上場投信東山", **fund)], "jpx")

    assert propose_successions() == ProposalResult()


def test_another_market_under_the_same_code_and_a_return_follow_nobody() -> None:
    apply_snapshot(SEPTEMBER, [*OTHERS, make_issue("8001", company_name="東山", market_code="0105")], "jpx")
    apply_snapshot(OCTOBER, OTHERS, "jpx")
    apply_snapshot(NOVEMBER, [*OTHERS, make_issue("8001", company_name="東山", market_code="0113")], "jpx")

    assert propose_successions() == ProposalResult()


@pytest.mark.usefixtures("replaced")
def test_the_command_says_in_numbers_what_it_did_and_tries_out() -> None:
    tried, done = StringIO(), StringIO()

    call_command("propose_successions", "--dry-run", stdout=tried)
    assert "新しい提案: 1 件" in tried.getvalue()
    assert "何も書き込んでいません" in tried.getvalue()
    assert stored() == []

    call_command("propose_successions", verbosity=2, stdout=done)
    assert "新しい提案: 8001 → 9001" in done.getvalue()
    assert stored() == [("8001", "9001", "proposed")]
