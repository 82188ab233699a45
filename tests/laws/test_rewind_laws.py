"""The law of going back: the ledger at a revision is the ledger that the first deeds alone had made, to the last row."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from companies.issuers.identifiers.importing import import_identifiers
from companies.issuers.identifiers.statements import Statement
from companies.issuers.issuer_lists import apply_issuer_list, withdraw_issuer_list
from companies.issuers.lineage.proposals import propose_successions
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import OfficialDay
from companies.ledger.changes import roll_over
from companies.ledger.history_proof import rebuild_history, verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import IssuerList, ListingSnapshot
from companies.rewind.rewinding import rewind_ledger
from tests.laws.issuer_reference import DatedFilers
from tests.laws.issuer_strategies import recorded_filers
from tests.laws.reference import DatedList
from tests.laws.strategies import codes, recorded_lists
from tests.laws.test_ledger_laws import forgotten_afterwards, on_the_database
from tests.laws.test_revision_laws import newest

pytestmark = pytest.mark.django_db

#: All that a revision can change, but for keys that name nothing to anybody.
LEDGER = {
    "ledger_revisions": (), "listing_snapshots": (), "snapshot_withdrawals": (), "entry_holdings": ("id",),
    "companies": ("id", "created_at"), "company_versions": ("id", "company_id"), "withdrawn_versions": ("id",),
    "issuer_lists": (), "issuer_list_withdrawals": (), "issuers": ("id",), "issuer_versions": ("id",), "issuer_codes": ("id",),
    "company_issuers": ("id", "company_id"), "official_dates": (), "company_identifiers": (), "confirmed_successions": (),
}  # fmt: skip
Rows = dict[str, list[str]]


def ledger_rows() -> Rows:
    rows: Rows = {}
    with connection.cursor() as cursor:
        for table, left_out in LEDGER.items():
            cursor.execute(
                f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} AS t ORDER BY 1",
                [list(left_out)],
            )
            rows[table] = [row for (row,) in cursor.fetchall()]
        # What a company's rows are joined by.
        cursor.execute(
            "SELECT company_code || ' ' || validity FROM company_versions JOIN companies ON companies.id = company_id"
            " WHERE code = company_code ORDER BY 1"
        )
        rows["joined"] = [row for (row,) in cursor.fetchall()]
        cursor.execute(
            "SELECT company_code || ' ' || validity FROM company_issuers JOIN companies ON companies.id = company_id"
            " WHERE code = company_code AND withdrawn_in IS NULL ORDER BY 1"
        )
        rows["issuers joined"] = [row for (row,) in cursor.fetchall()]
    return rows


class Deeds:
    """Everything that is ever done to a ledger, at random; what it was after each revision."""

    def __init__(self, data: st.DataObject, filers: list[DatedFilers]) -> None:
        self._data, self._filers, self._today = data, filers, date(2024, 1, 4)
        self.known: dict[int, Rows] = {}

    def do(self, lists: list[DatedList]) -> None:
        for entry in lists:
            self._today += timedelta(days=self._data.draw(st.integers(0, 3)))
            apply_snapshot(entry.day, entry.issues, entry.source, force=True, today=self._today)
            self._note()
            for deed in self._data.draw(st.lists(st.sampled_from(self._others()), max_size=2)):
                deed()
                self._note()

    def _note(self) -> None:
        # What comes into force with a day is a revision of its own, in the same transaction: nobody saw the ledger between them.
        if newest() not in self.known:
            self.known[newest()] = ledger_rows()

    def _others(self) -> list[Any]:
        return [
            self._withdraw, self._apply_filers, self._withdraw_filers, self._import_days, self._import_identifiers,
            propose_successions, self._turn, rebuild_history,
        ]  # fmt: skip

    def _withdraw(self) -> None:
        if standing := list(ListingSnapshot.objects.standing().values_list("pk", flat=True)):
            withdraw_entry(
                self._data.draw(st.sampled_from(standing)), reason="law", withdrawn_by="law", today=self._today
            )

    def _apply_filers(self) -> None:
        if self._filers:
            filers = self._filers.pop()
            apply_issuer_list(filers.day, filers.filers, force=True)

    def _withdraw_filers(self) -> None:
        if standing := list(IssuerList.objects.filter(withdrawal=None).values_list("pk", flat=True)):
            withdraw_issuer_list(self._data.draw(st.sampled_from(standing)), reason="law", withdrawn_by="law")

    def _import_days(self) -> None:
        day = date(2024, 1, 4) + timedelta(days=self._data.draw(st.integers(0, 9)))
        kind = self._data.draw(st.sampled_from(["listed", "delisted"]))
        told = OfficialDay(self._data.draw(codes), kind, day, self._data.draw(st.sampled_from(["合併", "破産"])))
        import_official_dates([told], origin="law", force=True)

    def _import_identifiers(self) -> None:
        value = self._data.draw(st.sampled_from(["JP3633400001", "JP3436100006"]))
        import_identifiers([Statement(self._data.draw(codes), "isin", value, origin="law")])

    def _turn(self) -> None:
        self._today += timedelta(days=1)
        roll_over(self._today)


@on_the_database
@given(lists=recorded_lists, filers=recorded_filers, data=st.data())
def test_the_ledger_at_a_revision_is_that_of_the_deeds_up_to_it(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        deeds = Deeds(data, filers)
        deeds.do(lists)
        number = data.draw(st.sampled_from(sorted(deeds.known)))

        undone = rewind_ledger(number)

        assert ledger_rows() == deeds.known[number]
        assert (undone.newest, newest()) == (max(deeds.known), number)
        assert verify_history() == []


@on_the_database
@given(lists=recorded_lists, filers=recorded_filers, data=st.data())
def test_who_goes_back_by_steps_comes_to_the_same_place(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        deeds = Deeds(data, filers)
        deeds.do(lists)

        for number in sorted(deeds.known, reverse=True):
            rewind_ledger(number)
            assert ledger_rows() == deeds.known[number]
