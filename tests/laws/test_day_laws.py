"""The laws of the ledger's day: lists of days past, present and to come, in any order, and midnights anywhere between them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.api.past_universes import KnownPast
from companies.api.universe import load_universe
from companies.errors import SnapshotNotFound
from companies.ledger.changes import roll_over
from companies.ledger.history_proof import prove_history, rebuild_history, verify_history
from companies.ledger.ledger_day import find_ledger_day
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import CompanyVersion, LedgerRevision, WithdrawnVersion
from tests.examples import trying
from tests.laws.reference import DatedList
from tests.laws.strategies import dated_lists, recorded_lists
from tests.laws.test_feed_laws import EventFollower, copied_versions, fetcher, follow_feed, stored_versions
from tests.laws.test_knowledge_laws import Said, said_as_known_at, said_now
from tests.laws.test_ledger_laws import all_tables, assert_everything_follows_from, forgotten_afterwards
from tests.laws.test_revision_laws import newest

pytestmark = pytest.mark.django_db

_FIRST_DAY = date(2024, 1, 3)  # the day before the first of the lists
_nights = st.integers(0, 3)
on_days = trying(20)


@dataclass
class Course:
    """What is done to a ledger, day after day; `standing` are the entries and lists that were not taken back."""

    data: st.DataObject
    after_each: Callable[[], object] = lambda: None
    today: date = _FIRST_DAY
    standing: list[tuple[int, DatedList]] = field(default_factory=list)

    def sleep(self, nights: int | None = None) -> None:
        """Some nights, or none; somebody may look after midnight, or nobody until the next change."""
        self.today += timedelta(days=self.data.draw(_nights) if nights is None else nights)
        if self.data.draw(st.booleans()):
            roll_over(self.today)
            self.after_each()

    def apply(self, entry: DatedList) -> None:
        applied = apply_snapshot(entry.day, entry.issues, entry.source, force=True, today=self.today)
        if applied.outcome is not Outcome.UNCHANGED:
            self.standing.append((applied.snapshot_id, entry))
        self.after_each()

    def maybe_take_back(self) -> None:
        if self.standing and self.data.draw(st.sampled_from([True, False, False])):
            withdrawn = self.data.draw(st.sampled_from(self.standing))
            self.standing.remove(withdrawn)
            withdraw_entry(withdrawn[0], reason="law", withdrawn_by="law", today=self.today)
            self.after_each()

    def run(self, lists: list[DatedList]) -> None:
        for entry in lists:
            self.sleep()
            self.apply(entry)
            self.maybe_take_back()
        self.sleep()


@on_days
@given(lists=recorded_lists, data=st.data())
def test_companies_are_what_the_reference_has_of_the_day_after_whatever_was_done(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        course = Course(data)

        def look() -> None:
            day = find_ledger_day()
            assert day is not None
            assert day <= course.today
            assert_everything_follows_from([entry for _, entry in course.standing], day)
            roll_over(course.today)
            assert_everything_follows_from([entry for _, entry in course.standing], course.today)

        course.after_each = lambda: look() if newest() else None
        course.run(lists)
        look()

        assert verify_history() == []
        before = all_tables()
        assert not roll_over(course.today)
        assert not roll_over(course.today - timedelta(days=1))
        rebuild_history(course.today)
        assert all_tables() == before


@on_days
@given(lists=dated_lists, data=st.data())
def test_in_whatever_order_lists_came_and_wherever_midnight_was_between_them_the_same_companies_are_there(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        course = Course(data)
        for entry in data.draw(st.permutations(lists)):
            course.sleep()
            course.apply(entry)
        roll_over(course.today)

        assert_everything_follows_from(lists, course.today)


@on_days
@given(lists=recorded_lists, data=st.data())
def test_without_a_day_the_answer_is_that_of_today(db: None, lists: list[DatedList], data: st.DataObject) -> None:
    with forgotten_afterwards():
        course = Course(data)

        def compare() -> None:
            roll_over(course.today)
            now = load_universe()[1]
            found = [_of_the_day(row) for row in now.rows(now.select({"active_only": True}))]
            try:
                day = KnownPast(now.revision, now.state).on(course.today)
            except SnapshotNotFound:
                assert found == []
            else:
                of_the_day = day.rows(day.select({"active_only": True}))
                assert found == [_of_the_day(row) for row in of_the_day]

        course.after_each = compare
        course.run(lists)


def _of_the_day(row: dict[str, Any]) -> dict[str, Any]:
    """All but when it was learnt: of a day that is when its list was."""
    return {name: value for name, value in row.items() if name != "updated_at"}


@on_days
@given(lists=recorded_lists, data=st.data())
def test_what_was_said_before_midnight_is_what_was_known_then(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    days = sorted({entry.day for entry in lists})
    with forgotten_afterwards():
        said: dict[int, Said] = {0: said_now(days)}
        course = Course(data, lambda: said.setdefault(newest(), said_now(days)))
        course.run(lists)
        rebuild_history(course.today)

        for revision in (*said, newest()):
            assert said_as_known_at(revision, days) == said.get(revision, said_now(days)), revision


@on_days
@given(lists=recorded_lists, data=st.data())
def test_a_day_that_comes_is_one_revision_where_a_list_was_waiting_for_it_and_records_nothing(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        course = Course(data)
        course.run(lists)
        turned = LedgerRevision.objects.filter(kind="in_force")
        days = list(LedgerRevision.objects.order_by("number").values_list("day", flat=True))

        assert None not in days
        assert days == sorted(day for day in days if day is not None)
        for revision in turned:
            before = LedgerRevision.objects.get(number=revision.number - 1)
            waiting = LedgerRevision.objects.filter(
                number__lt=revision.number, entry__date_in_force__gt=before.day,
                entry__date_in_force__lte=revision.day,
            )  # fmt: skip
            assert waiting.exists()
            assert not CompanyVersion.objects.filter(recorded_in=revision.number).exists()
            assert not WithdrawnVersion.objects.filter(recorded_in=revision.number).exists()
            assert not WithdrawnVersion.objects.filter(withdrawn_in=revision.number).exists()


@on_days
@given(lists=recorded_lists, data=st.data())
def test_whatever_comes_after_a_checkpoint_is_proven_from_it_over_midnights_too(
    db: None, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        course = Course(data, lambda: prove_history() if data.draw(st.booleans()) else None)
        course.run(lists)

        assert prove_history().differences == verify_history() == []


@trying(8)
@given(lists=recorded_lists, data=st.data())
def test_who_follows_the_stream_over_midnights_holds_the_history_and_the_day(
    db: None, tmp_path_factory: pytest.TempPathFactory, lists: list[DatedList], data: st.DataObject
) -> None:
    with forgotten_afterwards():
        fetch = fetcher()
        copy = follow_feed.open_copy(tmp_path_factory.mktemp("copy") / "history.sqlite3")
        events = EventFollower(fetch)

        def follow() -> None:
            follow_feed.take_next(copy, fetch, limit=2)
            events.take_next(limit=3)

        course = Course(data, follow)
        course.run(lists)
        while follow_feed.take_next(copy, fetch) | events.take_next():
            pass

        assert copied_versions(copy) == stored_versions()
        told = fetch({"after": 0, "limit": 1000})[1]["revisions"]
        assert told[-1]["day"] == str(find_ledger_day())
        assert all(not any(one["events"].values()) for one in told if one["kind"] == "in_force")
        copy.close()
