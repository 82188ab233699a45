"""The laws of revisions on the real database: what was known stays known, and the past can be numbered from the entries alone."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from companies.issuers.issuer_lists import apply_issuer_list
from companies.ledger.history import Version
from companies.ledger.history_proof import prove_history, rebuild_history, verify_history
from companies.ledger.history_tables import load_histories, load_known_histories
from companies.ledger.past_revisions import number_the_past
from companies.ledger.revision_proof import wrong_revisions
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, CompanyVersion, EntryHolding, LedgerRevision, ListingSnapshot, WithdrawnVersion
from tests.laws.issuer_reference import DatedFilers
from tests.laws.reference import DatedList
from tests.laws.strategies import recorded_lists
from tests.laws.test_ledger_laws import forgotten_afterwards, on_the_database

pytestmark = pytest.mark.django_db

Known = dict[int, dict[str, list[Version]]]


def do_at_random(
    lists: list[DatedList],
    data: st.DataObject,
    after_each: Callable[[], object] = lambda: None,
    filers: Sequence[DatedFilers] = (),
) -> Known:
    """Apply the lists, those of issuers between them, and take some back meanwhile. What was known after each revision, as the
    product said then.
    """
    known: Known = {0: {}}
    of_issuers = list(filers)
    for entry in lists:
        if of_issuers and data.draw(st.sampled_from([True, False])):
            of_the_day = of_issuers.pop()
            apply_issuer_list(of_the_day.day, of_the_day.filers, force=True)
            after_each()
        apply_snapshot(entry.day, entry.issues, entry.source, force=True)
        known.setdefault(newest(), load_histories())
        after_each()
        standing = list(ListingSnapshot.objects.standing().values_list("pk", flat=True))
        if standing and data.draw(st.sampled_from([True, False, False])):
            withdraw_entry(data.draw(st.sampled_from(standing)), reason="law", withdrawn_by="law")
            known.setdefault(newest(), load_histories())
            after_each()
    return known


def newest() -> int:
    return LedgerRevision.objects.values_list("number", flat=True).order_by("-number").first() or 0


def numbers_and_versions() -> list[Any]:
    """All that is numbered: revisions, and the versions that each recorded and took back."""
    return [
        list(LedgerRevision.objects.order_by("number").values_list("number", "kind", "entry_id", "fingerprint")),
        sorted(EntryHolding.objects.values_list("date_in_force", "entry_id", "held_from", "held_until"), key=str),
        sorted(Company.objects.values_list("code", "updated_at")),
        sorted(
            CompanyVersion.objects.values_list("code", "validity", "company_name", "market_id", "recorded_in"),
            key=str,
        ),
        sorted(
            WithdrawnVersion.objects.values_list(
                "code", "validity", "company_name", "search_text", "recorded_in", "withdrawn_in"
            ),
            key=str,
        ),
    ]


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_what_was_known_is_known_for_ever(db: None, lists: list[DatedList], data: st.DataObject) -> None:
    with forgotten_afterwards():
        known = do_at_random(lists, data)
        rebuild_history()

        assert {number: load_known_histories(number) for number in known} == known
        assert load_known_histories(newest()) == load_histories()


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_numbers_have_no_gap_and_moments_go_up(db: None, lists: list[DatedList], data: st.DataObject) -> None:
    with forgotten_afterwards():
        known = do_at_random(lists, data)
        moments = list(LedgerRevision.objects.order_by("number").values_list("recorded_at", flat=True))

        assert sorted(known) == list(range(newest() + 1))
        assert moments == sorted(set(moments))
        assert list(wrong_revisions()) == []


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_the_past_is_numbered_from_the_entries_alone_as_it_was_when_it_happened(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        do_at_random(lists, data)
        numbered = numbers_and_versions()
        forgotten = data.draw(st.integers(0, newest()))

        # As the release before leaves it, which writes entries and versions, and no revision.
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM ledger_revisions WHERE number > %s", [forgotten])
            cursor.execute("DELETE FROM withdrawn_versions WHERE withdrawn_in > %s", [forgotten])
            cursor.execute("DELETE FROM entry_holdings WHERE held_from > %s", [forgotten])
            cursor.execute("UPDATE entry_holdings SET held_until = NULL WHERE held_until > %s", [forgotten])
            cursor.execute(
                "UPDATE company_versions SET recorded_in = NULL, company_code = NULL WHERE recorded_in > %s",
                [forgotten],
            )
            cursor.execute("UPDATE companies SET updated_at = '2001-01-01'")
        number_the_past()

        assert numbers_and_versions() == numbered


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_whatever_comes_after_a_checkpoint_is_proven_from_it(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        proven = [0]

        def prove_now_and_then() -> None:
            if data.draw(st.sampled_from([True, False])):
                proof = prove_history()
                assert (proof.differences, proof.since, proof.until) == ([], proven[-1], newest())
                proven.append(newest())

        do_at_random(lists, data, prove_now_and_then)
        assert prove_history().differences == verify_history() == []


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_who_follows_the_revisions_holds_the_history(db: None, lists: list[DatedList], data: st.DataObject) -> None:
    """From what each recorded and took back, and nothing else."""
    with forgotten_afterwards():
        do_at_random(lists, data)
        held: set[tuple[Any, ...]] = set()

        for number in range(1, newest() + 1):
            held -= {*WithdrawnVersion.objects.filter(withdrawn_in=number).values_list("code", "validity")}
            held |= {*WithdrawnVersion.objects.filter(recorded_in=number).values_list("code", "validity")}
            held |= {*CompanyVersion.objects.filter(recorded_in=number).values_list("company__code", "validity")}

        assert held == {*CompanyVersion.objects.values_list("company__code", "validity")}
