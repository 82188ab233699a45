"""A list of tomorrow that is there tonight: in the history at once, and shown from its day on."""

import threading
from datetime import date, timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from api.generations import read_generations
from companies.ledger.changes import begin_change, roll_over
from companies.ledger.coming_into_force import find_pending_day
from companies.ledger.entries import lock_ledger
from companies.ledger.history_proof import verify_history
from companies.ledger.ledger_day import find_ledger_day, is_open_on, place_shown
from companies.ledger.snapshots import apply_snapshot, preview_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, CompanyVersion, LedgerRevision, ListingEvent, ListingSnapshot
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = pytest.mark.django_db

TODAY, TOMORROW = date(2024, 3, 29), date(2024, 4, 1)
NAMES = ("code", "company_name", "is_active", "is_coming", "first_seen_on", "last_seen_on")


@pytest.fixture
def tonight(db: None) -> None:
    """In tomorrow's list 7203 has another name, 9984 is gone and 130A is new; it came in tonight."""
    toyota, gone = make_issue("7203", company_name="トヨタ自動車"), make_issue("9984")
    apply_snapshot(TODAY, [toyota, gone, make_issue("1301")], "jquants", today=TODAY)
    renamed = make_issue("7203", company_name="トヨタ")
    apply_snapshot(TOMORROW, [renamed, make_issue("1301"), make_issue("130A")], "jquants", force=True, today=TODAY)


def shown() -> list[tuple[object, ...]]:
    return list(Company.objects.order_by("code").values_list(*NAMES))


def test_tonight_companies_are_those_of_today_and_from_midnight_on_those_of_tomorrow(tonight: None) -> None:
    assert shown() == [
        ("1301", "会社1301", True, False, TODAY, TODAY),
        ("130A", "会社130A", False, True, TOMORROW, TOMORROW),
        ("7203", "トヨタ自動車", True, False, TODAY, TODAY),
        ("9984", "会社9984", True, False, TODAY, TODAY),
    ]
    assert verify_history() == []

    assert roll_over(TOMORROW)

    assert shown() == [
        ("1301", "会社1301", True, False, TODAY, TOMORROW),
        ("130A", "会社130A", True, False, TOMORROW, TOMORROW),
        ("7203", "トヨタ", True, False, TODAY, TOMORROW),
        ("9984", "会社9984", False, False, TODAY, TODAY),
    ]
    assert verify_history() == []


def test_the_history_has_it_tonight_already_and_midnight_adds_nothing_to_it(tonight: None) -> None:
    versions = list(CompanyVersion.objects.order_by("pk").values())
    events = sorted(ListingEvent.objects.values_list("event_date", "code", "event_type"))

    assert {day for day, *_ in events} == {TOMORROW}
    roll_over(TOMORROW)

    assert list(CompanyVersion.objects.order_by("pk").values()) == versions
    assert sorted(ListingEvent.objects.values_list("event_date", "code", "event_type")) == events


def test_that_a_list_comes_into_force_is_a_revision_whose_moment_the_companies_bear_that_changed(tonight: None) -> None:
    before = dict(Company.objects.values_list("code", "updated_at"))
    generation = read_generations().companies

    roll_over(TOMORROW)

    revision = LedgerRevision.objects.latest("number")
    assert (revision.number, revision.kind, revision.entry_id, revision.day) == (3, "in_force", None, TOMORROW)
    after = dict(Company.objects.values_list("code", "updated_at"))
    assert {code for code in after if after[code] != before[code]} == {"130A", "7203", "9984"}
    assert {after[code] for code in ("130A", "7203", "9984")} == {revision.recorded_at}
    assert read_generations().companies > generation


def test_a_day_comes_once_never_goes_back_and_makes_no_revision_without_a_list(tonight: None) -> None:
    assert find_pending_day() == TOMORROW
    assert not roll_over(TODAY)
    assert not roll_over(TOMORROW - timedelta(days=1))
    assert roll_over(TOMORROW)
    assert not roll_over(TOMORROW)
    assert not roll_over(TODAY)
    assert not roll_over(TOMORROW + timedelta(days=30))

    assert find_pending_day() is None
    assert LedgerRevision.objects.count() == 3
    # Of one whose clock is behind.
    apply_snapshot(MARCH - timedelta(days=30), [make_issue("7203")], "jpx", force=True, today=TODAY)
    assert find_ledger_day() == TOMORROW


def test_a_day_that_goes_back_is_found_by_the_proof(tonight: None) -> None:
    roll_over(TOMORROW)
    LedgerRevision.objects.filter(number=3).update(day=TODAY - timedelta(days=1))

    assert [str(one) for one in verify_history() if "時点" in str(one)]


def test_whatever_is_done_first_after_midnight_brings_the_list_into_force_before_it(tonight: None) -> None:
    later = TOMORROW + timedelta(days=1)
    apply_snapshot(later, [make_issue("7203"), make_issue("1301"), make_issue("130A")], "jpx", today=TOMORROW)

    kinds = list(LedgerRevision.objects.order_by("number").values_list("kind", "day"))
    assert kinds[2:] == [("in_force", TOMORROW), ("applied", TOMORROW)]
    assert dict(Company.objects.values_list("code", "company_name"))["7203"] == "トヨタ"
    assert find_pending_day() == later


def test_several_lists_come_into_force_at_once_where_nobody_looked_for_days(tonight: None) -> None:
    later = TOMORROW + timedelta(days=1)
    apply_snapshot(
        later, [make_issue("7203", company_name="三番目"), make_issue("1301")], "jpx", force=True, today=TODAY
    )

    assert roll_over(later + timedelta(days=5))

    assert LedgerRevision.objects.filter(kind="in_force").count() == 1
    assert [row[:3] for row in shown()] == [
        ("1301", "会社1301", True), ("130A", "会社130A", False), ("7203", "三番目", True), ("9984", "会社9984", False),
    ]  # fmt: skip
    assert verify_history() == []


def test_a_list_of_tomorrow_that_is_taken_back_or_corrected_tonight_never_shows(tonight: None) -> None:
    apply_snapshot(
        TOMORROW, [make_issue("7203", company_name="訂正"), make_issue("1301")], "jquants", force=True, today=TODAY
    )
    assert [row[0] for row in shown()] == ["1301", "7203", "9984"]

    withdraw_entry(
        ListingSnapshot.objects.holding().latest("date_in_force").pk, reason="誤り", withdrawn_by="人", today=TODAY
    )
    assert roll_over(TOMORROW)
    assert dict(Company.objects.values_list("code", "company_name"))["7203"] == "トヨタ"
    assert verify_history() == []


def test_a_list_of_today_is_shown_at_once(two_lists: None) -> None:
    today = timezone.localdate()
    apply_snapshot(today, [make_issue("7203", company_name="今日の名")], "jquants", force=True)

    assert Company.objects.active().values_list("company_name", "last_seen_on").get() == ("今日の名", today)
    assert find_ledger_day() == today


def test_a_preview_of_tomorrows_list_says_what_it_will_do_and_leaves_nothing(tonight: None) -> None:
    later = timezone.localdate() + timedelta(days=1)
    before = shown()

    preview = preview_snapshot(later, [make_issue("7203"), make_issue("1301")], "jquants")

    assert {(change.code, change.event_type) for change in preview.changes} >= {
        ("130A", "delisted"),
        ("7203", "renamed"),
    }
    assert shown() == before
    assert find_ledger_day() == TODAY


def test_what_the_release_before_shows_of_a_day_to_come_is_not_taken_back(two_lists: None) -> None:
    """It wrote no day, and companies as of the newest list of all."""
    LedgerRevision.objects.update(day=None)
    assert (find_ledger_day(), find_pending_day()) == (None, None)

    with transaction.atomic():
        change = begin_change(MARCH - timedelta(days=10))

    assert change.day == MARCH
    assert Company.objects.active().count() == 4


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_reads_waits_for_who_writes_no_longer_than_its_patience(two_lists: None) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    apply_snapshot(tomorrow, [make_issue("7203"), make_issue("1301")], "jpx", force=True)
    is_locked, is_over = threading.Event(), threading.Event()

    def write() -> None:
        with transaction.atomic():
            lock_ledger()
            is_locked.set()
            is_over.wait(30)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    is_locked.wait(30)
    try:
        with pytest.raises(OperationalError):
            roll_over(tomorrow, patience_seconds=0.1)
    finally:
        is_over.set()
        writer.join()
    assert roll_over(tomorrow, patience_seconds=10)


def test_it_is_published_when_a_list_came_into_force(
    tonight: None, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as published:
        roll_over(TOMORROW)
    assert len(published) == 1


@pytest.mark.parametrize(
    ("day", "place"), [(None, 2), (date(2024, 1, 1), 0), (date(2024, 1, 4), 0), (date(2024, 1, 7), 1), (date(2025, 1, 1), 2)]
)  # fmt: skip
def test_of_states_the_last_one_that_has_begun_is_shown_and_before_all_the_first(day: date | None, place: int) -> None:
    assert place_shown([date(2024, 1, 4), date(2024, 1, 7), date(2024, 1, 9)], day) == place


def test_what_ends_tomorrow_still_holds_today() -> None:
    assert is_open_on(TOMORROW, TODAY)
    assert not is_open_on(TOMORROW, TOMORROW)
    assert not is_open_on(TOMORROW, None)
    assert is_open_on(None, TODAY)
