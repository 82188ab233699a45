"""The laws of the history on the real database, each on random lists in random order."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from companies.errors import SnapshotNotFound, SnapshotRefused
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.ledger.withdrawals import preview_withdrawal, withdraw_entry
from companies.listed_issue import TRACKED_FIELDS
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot
from tests.examples import trying
from tests.laws import reference
from tests.laws.reference import DatedList, Universe
from tests.laws.strategies import dated_lists, recorded_lists

pytestmark = pytest.mark.django_db

on_the_database = trying(25)

_COLUMNS = tuple(f"{field[:-5]}_id" if field in ("market_code", "sector17_code", "sector33_code") else field
                 for field in TRACKED_FIELDS)  # fmt: skip


@contextmanager
def forgotten_afterwards() -> Iterator[None]:
    """Each example starts from an empty ledger."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def apply(lists: Iterable[DatedList]) -> None:
    for entry in lists:
        apply_snapshot(entry.day, entry.issues, entry.source, force=True)


def stored_versions() -> list[tuple[Any, ...]]:
    rows = CompanyVersion.objects.order_by("company__code", "validity").values_list(
        "company__code", "validity", *_COLUMNS
    )
    return [(r[0], r[1].lower, r[1].upper, dict(zip(TRACKED_FIELDS, r[2:], strict=True))) for r in rows]


def universe_as_of(day: Any) -> Universe:
    rows = CompanyVersion.objects.as_of(day).values_list("company__code", *_COLUMNS)
    return {row[0]: dict(zip(TRACKED_FIELDS, row[1:], strict=True)) for row in rows}


def stored_events() -> set[tuple[Any, ...]]:
    events = ListingEvent.objects.values_list("observed_after", "event_date", "code", "event_type", "changes")
    return {(since, day, code, kind, reference.show(changes)) for since, day, code, kind, changes in events}


def stored_companies() -> dict[str, dict[str, Any]]:
    """Every column but ids and times."""
    beside = (
        "jquants_code",
        "search_text",
        "reference_date",
        "is_active",
        "is_coming",
        "first_seen_on",
        "last_seen_on",
    )
    rows = Company.objects.values_list("code", *_COLUMNS, *beside)
    return {row[0]: dict(zip((*TRACKED_FIELDS, *beside), row[1:], strict=True)) for row in rows}


def assert_everything_follows_from(lists: Sequence[DatedList], today: date | None = None) -> None:
    """Versions, events, companies in every column, and the entries that hold are what the clerk has of these lists."""
    known = reference.universes(lists)
    assert stored_versions() == reference.versions(known)
    assert stored_events() == reference.events(known)
    assert stored_companies() == reference.companies(known, today)
    holding = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", "source")
    assert list(holding) == [(entry.day, entry.source) for entry in reference.holding_lists(lists)]


def all_tables() -> list[Any]:
    """Every row of the ledger, ids and times included."""
    with connection.cursor() as cursor:
        contents = []
        for table in ("companies", "company_versions", "listing_snapshots", "snapshot_withdrawals"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            contents.append([tuple(map(str, row)) for row in cursor.fetchall()])
    return contents


@on_the_database
@given(lists=dated_lists, data=st.data())
def test_any_order_of_applying_the_same_lists_gives_the_history_of_the_reference(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        apply(data.draw(st.permutations(lists)))

        assert_everything_follows_from(lists)


@on_the_database
@given(lists=recorded_lists)
def test_of_several_lists_for_a_day_the_last_of_the_strongest_source_holds(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        apply(lists)

        assert_everything_follows_from(lists)


@on_the_database
@given(lists=recorded_lists)
def test_what_is_refused_leaves_no_trace_and_what_is_taken_makes_the_history_in_any_order(
    db: None, lists: list[DatedList]
) -> None:
    """Without force: the first list of all may come last, or every one be compared with nothing."""
    with forgotten_afterwards():
        taken = []
        for entry in lists:
            before = all_tables()
            try:
                apply_snapshot(entry.day, entry.issues, entry.source)
            except SnapshotRefused:
                assert all_tables() == before
            else:
                taken.append(entry)

        assert taken[0] == lists[0]
        assert_everything_follows_from(taken)


@on_the_database
@given(lists=recorded_lists, data=st.data())
def test_after_entries_were_taken_back_all_is_as_if_they_had_never_come(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        remaining: list[tuple[int, DatedList]] = []
        for entry in lists:
            result = apply_snapshot(entry.day, entry.issues, entry.source, force=True)
            if result.outcome is not Outcome.UNCHANGED:
                remaining.append((result.snapshot_id, entry))
            if remaining and data.draw(st.sampled_from([True, False])):
                withdrawn = data.draw(st.sampled_from(remaining))
                remaining.remove(withdrawn)
                assert withdraw_entry(withdrawn[0], reason="law", withdrawn_by="law").date_in_force == withdrawn[1].day
                assert_everything_follows_from([kept for _, kept in remaining])
                before = all_tables()
                withdraw_entry(withdrawn[0], reason="again", withdrawn_by="law")
                assert all_tables() == before

        assert_everything_follows_from([kept for _, kept in remaining])
        before = all_tables()
        rebuild_history()
        assert all_tables() == before


@on_the_database
@given(lists=dated_lists, data=st.data())
def test_a_list_that_was_taken_back_and_comes_again_makes_the_same_history(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        apply(lists)
        again = data.draw(st.sampled_from(lists))
        entry = ListingSnapshot.objects.get(date_in_force=again.day, source=again.source)
        withdraw_entry(entry.pk, reason="law", withdrawn_by="law")

        result = apply_snapshot(again.day, again.issues, again.source, force=True)

        assert result.outcome is not Outcome.UNCHANGED
        assert_everything_follows_from(lists)


@on_the_database
@given(lists=recorded_lists)
def test_a_preview_of_taking_back_says_what_taking_back_does(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        apply(lists)
        before, tables = stored_events(), all_tables()
        entry = ListingSnapshot.objects.order_by("id")[0]

        preview = preview_withdrawal(entry.pk)
        assert all_tables() == tables
        done = withdraw_entry(entry.pk, reason="law", withdrawn_by="law")

        assert preview.result == done
        gone, come = before_and_after(before, stored_events())
        assert {_told(event) for event in preview.vanishing} == gone
        assert {_told(event) for event in preview.appearing} == come


def before_and_after(before: set[tuple[Any, ...]], after: set[tuple[Any, ...]]) -> tuple[set[Any], set[Any]]:
    """What is only in the one and only in the other; that a list before it is another is no other event."""
    old, new = ({event[1:] for event in events} for events in (before, after))
    return old - new, new - old


def _told(event: ListingEvent) -> tuple[Any, ...]:
    return (event.event_date, event.code, event.event_type, reference.show(event.changes))


@on_the_database
@given(lists=dated_lists, data=st.data())
def test_applying_a_list_twice_changes_nothing(db: None, lists: list[DatedList], data: st.DataObject) -> None:
    with forgotten_afterwards():
        apply(lists)
        before = all_tables()
        again = data.draw(st.sampled_from(lists))

        result = apply_snapshot(again.day, again.issues[::-1], again.source)

        assert result.outcome is Outcome.UNCHANGED
        assert all_tables() == before


@on_the_database
@given(lists=recorded_lists)
def test_the_number_of_events_that_a_list_is_told_to_make_is_that_of_its_day(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        for entry in lists:
            result = apply_snapshot(entry.day, entry.issues, entry.source, force=True)
            if result.outcome is Outcome.APPLIED:
                assert result.events == ListingEvent.objects.filter(event_date=entry.day).count()


@on_the_database
@given(lists=dated_lists)
def test_the_universe_as_of_an_applied_date_is_that_list(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        apply(lists)

        for entry in reference.holding_lists(lists):
            universe = universe_as_of(entry.day)
            assert universe.keys() == {issue.code for issue in entry.issues}
            for issue in entry.issues:
                for field in TRACKED_FIELDS:
                    said = getattr(issue, field)
                    if said is not None and not field.startswith("company_name"):
                        assert universe[issue.code][field] == said
                    elif said is not None:
                        found = universe[issue.code][field] or ""
                        assert reference._plain(found) == reference._plain(said)


@on_the_database
@given(lists=dated_lists, days_later=st.integers(0, 8))
def test_between_two_lists_the_earlier_one_holds_and_before_the_first_there_is_none(
    db: None, lists: list[DatedList], days_later: int
) -> None:
    with forgotten_afterwards():
        apply(lists)
        known = reference.universes(lists)
        first_day = min(known)
        day = first_day + timedelta(days=days_later)
        in_force = max(known_day for known_day in known if known_day <= day)

        assert ListingSnapshot.objects.get_in_force_on(day).date_in_force == in_force
        assert universe_as_of(day) == known[in_force]
        assert universe_as_of(first_day - timedelta(days=1)) == {}
        with pytest.raises(SnapshotNotFound):
            ListingSnapshot.objects.get_in_force_on(first_day - timedelta(days=1))


@on_the_database
@given(lists=dated_lists)
def test_events_replayed_over_the_first_list_give_the_last(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        apply(lists)
        known = reference.universes(lists)
        replayed = {code: dict(state) for code, state in known[min(known)].items()}

        for event in ListingEvent.objects.order_by("event_date"):
            if event.event_type == "delisted":
                del replayed[event.code]
            else:
                replayed.setdefault(event.code, {}).update({f: new for f, (_, new) in event.changes.items()})

        last = known[max(known)]
        assert replayed.keys() == last.keys()
        for code, state in replayed.items():
            for field, value in state.items():
                # What a source told for the first time after the listing is news, not an event.
                assert value == last[code][field] or value is None


@on_the_database
@given(lists=recorded_lists)
def test_deriving_the_history_anew_changes_nothing(db: None, lists: list[DatedList]) -> None:
    with forgotten_afterwards():
        apply(lists)
        before = all_tables()

        rebuild_history()

        assert all_tables() == before
