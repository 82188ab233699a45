"""The law of the second axis: what the product says as known at a revision is, to the letter, what it said when that was the newest."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.api import rows
from companies.api.event_index import load_index
from companies.api.event_pages import page_from_database, page_of_index
from companies.api.past_universes import KnownPast
from companies.api.universe import Universe, load_universe
from companies.errors import SnapshotNotFound
from companies.events.derivation import derive_events
from companies.events.official import tell_official_days
from companies.issuers.lineage.reading import load_confirmed
from companies.issuers.official_dates.importing import import_official_dates
from companies.issuers.official_dates.rows import Coverage, OfficialDay
from companies.issuers.official_dates.told import load_official_days
from companies.known.reading import NOW, THEN, LedgerReading
from companies.known.revision import known_at
from companies.ledger.history import Version
from companies.ledger.history_proof import rebuild_history
from companies.listed_issue import LEDGER_FIELDS
from companies.universe_difference import list_differences
from tests.examples import trying
from tests.laws.issuer_reference import DatedFilers
from tests.laws.issuer_strategies import recorded_filers
from tests.laws.reference import DatedList
from tests.laws.strategies import recorded_lists
from tests.laws.test_ledger_laws import forgotten_afterwards
from tests.laws.test_revision_laws import do_at_random, newest

pytestmark = pytest.mark.django_db

Said = dict[str, Any]


def said_of(universe: Universe, past: KnownPast, reading: LedgerReading, days: list[date]) -> Said:
    """Every kind of answer: the list, each day's list, versions with when they were learnt, events, what two days differ in."""
    said: Said = {"list": in_full(universe), "days": reading.list_days()}
    for day in days:
        try:
            said[f"as of {day}"] = in_full(past.on(day))
            said[f"since {day}"] = list_differences(reading.day_in_force(day), days[-1], reading)
        except SnapshotNotFound as error:
            said[f"as of {day}"] = error.first_on
    versions = reading.versions.order_by(reading.code_path, "validity")
    said["versions"] = list(zip(versions.values_list(reading.code_path), rows.versions(versions), strict=True))
    revision = universe.revision
    said["events"] = events = rows.events(reading.events.order_by("event_date", "code", "event_type"), revision)
    lineage = load_confirmed(revision)
    derived = [{**event, **lineage.of_event(event)} for event in derived_events(reading)]
    derived = tell_official_days(derived, revision)
    assert derived == sorted(events, key=lambda event: (event["code"], event["date"], event["type"]))
    said["announced"] = sorted(load_official_days(revision=revision).items())
    return said


def derived_events(reading: LedgerReading) -> list[Any]:
    """The same from the versions, without the view."""
    fields = (reading.code_path, "validity", *(field.path for field in LEDGER_FIELDS))
    versions: dict[str, list[Version]] = {}
    for code, validity, *state in reading.versions.order_by(reading.code_path, "validity").values_list(*fields):
        versions.setdefault(code, []).append(Version(validity.lower, validity.upper, tuple(state)))
    days = reading.list_days()
    return [event for code, of_code in versions.items() for event in derive_events(code, of_code, days)]


def in_full(universe: Universe) -> tuple[bytes, list[Any]]:
    """The answers and the rows of a file; how it is filtered, ordered and searched follows from these."""
    everybody = universe.select({"active_only": False, "ordering": ["-updated_at", "company_name"]})
    return universe.join(everybody), list(universe.rows(everybody))


def said_now(days: list[date]) -> Said:
    universe = load_universe()[1]
    page = {"limit": 1000, "offset": 0}
    in_the_database = page_from_database(NOW.events, page, universe.state, NOW, universe.revision)
    assert page_of_index(load_index()[1], page) == in_the_database
    return said_of(universe, KnownPast(universe.revision, universe.state), NOW, days)


def said_as_known_at(revision: int, days: list[date]) -> Said:
    past = KnownPast(revision, load_universe()[1].state)
    with known_at(revision):
        return said_of(past.companies, past, THEN, days)


@trying(10)
@given(lists=recorded_lists, filers=recorded_filers, data=st.data())
def test_what_was_said_is_said_again_as_known_then_whatever_came_since(
    db: None, lists: list[DatedList], filers: list[DatedFilers], data: st.DataObject
) -> None:
    days = sorted({entry.day for entry in lists} | {entry.day for entry in filers})
    with forgotten_afterwards():
        said: dict[int, Said] = {0: said_now(days)}
        do_at_random(lists, data, lambda: said.setdefault(newest(), said_now(days)), filers)
        rebuild_history()

        for revision in (*said, newest()):
            assert said_as_known_at(revision, days) == said.get(revision, said_now(days)), revision


official_days = st.builds(
    OfficialDay, st.sampled_from(["1301", "7203", "130A", "25935"]), st.sampled_from(["listed", "delisted"]),
    st.dates(date(2024, 1, 3), date(2024, 1, 12)), st.none() | st.just("完全子会社化"),
)  # fmt: skip
YEAR = [Coverage(kind, date(2024, 1, 1), date(2024, 12, 31)) for kind in ("listed", "delisted")]
imports = st.lists(
    st.tuples(st.lists(official_days, max_size=4, unique_by=lambda day: day.key), st.sampled_from(["JPX", "CSV"])),
    min_size=1, max_size=4,
)  # fmt: skip


@trying(10)
@given(lists=recorded_lists, files=imports, data=st.data())
def test_events_tell_the_official_days_that_were_known_whatever_is_imported_or_taken_back_later(
    db: None, lists: list[DatedList], files: list[tuple[list[OfficialDay], str]], data: st.DataObject
) -> None:
    days = sorted({entry.day for entry in lists})
    with forgotten_afterwards():
        do_at_random(lists, data, after_each=lambda: None)
        said: dict[int, Said] = {newest(): said_now(days)}
        for told, origin in files:
            covers = YEAR if origin == "JPX" else []
            import_official_dates(told, origin=origin, covers=covers, force=True)
            said.setdefault(newest(), said_now(days))

        for revision, then in said.items():
            assert said_as_known_at(revision, days) == then, revision
