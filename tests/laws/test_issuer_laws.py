"""The laws of issuers on the real database, on random lists of both kinds in random order."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.issuers.filer import TOLD_FIELDS
from companies.issuers.issuer_lists import apply_issuer_list, preview_issuer_list, withdraw_issuer_list
from companies.issuers.proof import wrong_issuers
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.models import (
    Company,
    CompanyIssuer,
    Issuer,
    IssuerCode,
    IssuerList,
    IssuerVersion,
    LedgerRevision,
)
from tests.examples import trying
from tests.laws import reference
from tests.laws.issuer_reference import DatedFilers, who_stood_behind
from tests.laws.issuer_strategies import dated_filers, recorded_filers
from tests.laws.reference import DatedList
from tests.laws.strategies import _FIRST_DAY, dated_lists
from tests.laws.test_ledger_laws import forgotten_afterwards, on_the_database

pytestmark = pytest.mark.django_db

_DAYS = [_FIRST_DAY + timedelta(days=step) for step in range(-2, 10)]


Entry = DatedList | DatedFilers


def apply(entry: Entry) -> None:
    if isinstance(entry, DatedFilers):
        apply_issuer_list(entry.day, entry.filers, force=True)
    else:
        apply_snapshot(entry.day, entry.issues, entry.source, force=True)


def both(lists: list[DatedList], filers: list[DatedFilers]) -> list[Entry]:
    return [*lists, *filers]


def shuffled(lists: list[DatedList], filers: list[DatedFilers]) -> st.SearchStrategy[list[Entry]]:
    return st.permutations(both(lists, filers))


def behind_by_day() -> dict[tuple[str, date], Any]:
    rows = CompanyIssuer.objects.known_at().values_list("code", "validity", "edinet_code", *TOLD_FIELDS)
    found = {}
    for code, validity, edinet_code, *told in rows:
        for day in _DAYS:
            if day in validity:
                assert (code, day) not in found, "one issuer at a time"
                found[code, day] = (edinet_code, tuple(told))
    return found


def everything() -> list[Any]:
    """All that follows from the lists, but numbers and moments."""
    versions = ("edinet_code", "validity", "securities_code", "name", "name_english", "name_kana", "corporate_number")
    return [
        sorted(map(str, IssuerVersion.objects.values_list(*versions))),
        sorted(map(str, Issuer.objects.values_list(*versions[:1], *versions[2:], "first_seen_on", "last_seen_on"))),
        sorted(map(str, IssuerCode.objects.values_list("code", "issuer_id", "validity"))),
        sorted(map(str, CompanyIssuer.objects.known_at().values_list("code", "edinet_code", "validity", *TOLD_FIELDS))),
        sorted(map(str, Company.objects.values_list("code", "edinet_code", "company_name_kana", "issuer_name_english", "search_text"))),
    ]  # fmt: skip


@on_the_database
@given(lists=dated_lists, filers=dated_filers, data=st.data())
def test_any_order_of_both_kinds_of_lists_gives_what_the_clerk_finds_day_by_day(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        for entry in data.draw(shuffled(lists, filers)):
            apply(entry)

        assert behind_by_day() == who_stood_behind(reference.universes(lists), filers, _DAYS)
        assert [*wrong_issuers()] == []
        found = everything()
    with forgotten_afterwards():
        for entry in data.draw(shuffled(lists, filers)):
            apply(entry)
        assert everything() == found


@on_the_database
@given(lists=dated_lists, filers=recorded_filers, data=st.data())
def test_a_second_time_nothing_happens_and_what_is_derived_anew_is_the_same(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        for entry in both(lists, filers):
            apply(entry)
        before, revisions = everything(), LedgerRevision.objects.count()

        again = data.draw(st.sampled_from([entry for entry in filers if entry == _last_of_its_day(filers, entry.day)]))
        assert apply_issuer_list(again.day, again.filers, force=True).outcome is Outcome.UNCHANGED
        rebuild_history()

        assert everything() == before
        assert LedgerRevision.objects.count() == revisions


@on_the_database
@given(lists=dated_lists, filers=recorded_filers, other=dated_filers, data=st.data())
def test_a_list_that_was_taken_back_leaves_no_trace_and_a_preview_none_either(
    db: None, lists: list[DatedList], filers: list[DatedFilers], other: list[DatedFilers], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        for entry in data.draw(shuffled(lists, filers[:1])):
            apply(entry)
        for entry in filers[1:]:
            apply(entry)
        before = everything()
        [preview_issuer_list(entry.day, entry.filers) for entry in other]
        assert everything() == before

        came = [
            apply_issuer_list(entry.day, entry.filers, force=True)
            for entry in other
            if entry.day not in {one.day for one in filers}
        ]
        for result in data.draw(st.permutations(came)):
            withdraw_issuer_list(result.list_id, reason="law", withdrawn_by="law")

        assert everything() == before
        assert [*wrong_issuers()] == []


@trying(12)
@given(lists=dated_lists, filers=recorded_filers, data=st.data())
def test_what_was_known_of_issuers_is_known_for_ever(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    def known_at(revision: int) -> list[str]:
        rows = CompanyIssuer.objects.known_at(revision).values_list("code", "edinet_code", "validity", *TOLD_FIELDS)
        return sorted(map(str, rows))

    with forgotten_afterwards():
        said: dict[int, list[str]] = {}
        for entry in data.draw(shuffled(lists, filers)):
            apply(entry)
            newest = LedgerRevision.objects.latest("number").number
            said.setdefault(newest, everything()[3])
        for issuer_list in IssuerList.objects.filter(is_superseded=False)[:1]:
            withdraw_issuer_list(issuer_list.pk, reason="law", withdrawn_by="law")

        assert {revision: known_at(revision) for revision in said} == said


def _last_of_its_day(filers: list[DatedFilers], day: date) -> DatedFilers:
    return [entry for entry in filers if entry.day == day][-1]
