"""The laws of the history on the pure functions alone: many examples, no database."""

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from companies.ledger.history import Version, derive_histories, revise_history
from companies.ledger.snapshot_rows import Rows, collect_rows, differing_codes
from companies.listed_issue import TRACKED_FIELDS
from tests.examples import trying
from tests.laws import reference
from tests.laws.reference import DatedList
from tests.laws.strategies import dated_lists, recorded_lists


def insert_one_by_one(lists: list[DatedList]) -> dict[str, list[Version]]:
    """The history after handing the lists over in the given order, as `apply_snapshot` does it, without a database."""
    histories: dict[str, list[Version]] = {}
    holding: dict[date, Rows] = {}
    for entry in lists:
        rows = collect_rows(entry.issues)
        earlier = [day for day in sorted(holding) if day < entry.day]
        baseline = holding.get(entry.day) or (holding[earlier[-1]] if earlier else {})
        affected = {code: histories.get(code, []) for code in differing_codes(baseline, rows)}
        later = iter([(day, holding[day]) for day in sorted(holding) if day > entry.day])
        histories |= revise_history(
            affected, day=entry.day, day_before=earlier[-1] if earlier else None, rows=rows, following=later
        )
        holding[entry.day] = rows
    return {code: versions for code, versions in histories.items() if versions}


@trying(400)
@given(lists=recorded_lists)
def test_revising_one_list_at_a_time_gives_what_the_reference_gives(lists: list[DatedList]) -> None:
    lists = [DatedList(entry.day, "jpx", entry.issues) for entry in lists]

    histories = insert_one_by_one(lists)

    stored = [
        (code, version.valid_from, version.valid_until, dict(zip(TRACKED_FIELDS, version.state, strict=True)))
        for code in sorted(histories)
        for version in histories[code]
    ]
    assert stored == reference.versions(reference.universes(lists))


@trying(200)
@given(lists=dated_lists)
def test_deriving_everything_anew_gives_what_the_reference_gives(lists: list[DatedList]) -> None:
    entries = [(entry.day, collect_rows(entry.issues)) for entry in reference.holding_lists(lists)]

    histories = derive_histories(entries)

    derived = [
        (code, version.valid_from, version.valid_until, dict(zip(TRACKED_FIELDS, version.state, strict=True)))
        for code in sorted(histories)
        for version in histories[code]
    ]
    assert derived == reference.versions(reference.universes(lists))


@trying(200)
@given(lists=dated_lists, data=st.data())
def test_versions_of_a_company_never_overlap_and_are_never_split_without_a_change(
    lists: list[DatedList], data: st.DataObject
) -> None:
    holding = reference.holding_lists(lists)

    histories = insert_one_by_one(data.draw(st.permutations(holding)))

    for versions in histories.values():
        for one, following in pairwise(versions):
            assert one.valid_until is not None
            assert one.valid_from < one.valid_until <= following.valid_from
            assert one.valid_until < following.valid_from or one.state != following.state
