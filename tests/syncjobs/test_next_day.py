"""The list of the next business day: there at 17:45 the evening before, provisional, and confirmed or corrected at 08:15."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django_celery_beat.models import PeriodicTask

from companies.ledger.provisional.noting import provisional_entries
from companies.models import ListingEvent, ListingSnapshot, ProvisionalList
from datasources.models import DataSource
from syncjobs.approval import approve_run
from syncjobs.execution import execute_run
from syncjobs.models import CalendarDay, SyncRun
from syncjobs.schedule_times import DAY, EVENING, MORNING
from syncjobs.sync_state import source_states
from tests.factories import make_issue
from tests.fakes.jquants import FakeJquants
from tests.syncjobs.evenings import HOLIDAYS, at, attempts_between, business_days, day, decide, publish, recorded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def september(source: DataSource, jquants: FakeJquants) -> None:
    """A source on Standard, set up in the evening of the last of August."""
    publish(jquants, business_days(20))
    DataSource.objects.update(created_at=at("08-31 20:00"), plan="standard")


def ask(jquants: FakeJquants, text: str) -> list[SyncRun]:
    """Decide at that minute, where it is that minute for the provider too."""
    jquants.at(at(text))
    return decide(text)


def provisional() -> list[date]:
    return list(provisional_entries().order_by("date_in_force").values_list("date_in_force", flat=True))


def told(runs: list[SyncRun]) -> list[tuple[date | None, str, bool]]:
    return [(run.requested_date, run.status, run.is_provisional) for run in runs]


def test_tomorrow_s_list_comes_at_17_45_and_is_confirmed_at_08_15(jquants: FakeJquants) -> None:
    assert told(ask(jquants, "09-01 08:15")) == [(day("09-01"), "completed", False)]
    assert ask(jquants, "09-01 17:44") == []
    assert told(ask(jquants, "09-01 17:45")) == [(day("09-02"), "completed", True)]
    assert (provisional(), recorded()) == ([day("09-02")], [day("09-01"), day("09-02")])
    assert attempts_between("09-01 17:46", "09-02 08:14", every=29) == []
    (state,) = source_states(at("09-02 08:14"))
    assert (state.missing, state.unconfirmed) == ([], [])

    assert told(ask(jquants, "09-02 08:15")) == [(day("09-02"), "completed", False)]

    assert provisional() == []
    assert ListingSnapshot.objects.count() == 2
    assert ProvisionalList.objects.get().confirmed_at == at("09-02 08:15")
    assert attempts_between("09-02 08:16", "09-02 17:44", every=31) == []


def test_rows_that_were_revised_are_a_correction_and_what_they_take_back_never_happened(jquants: FakeJquants) -> None:
    jquants.revisions[day("09-02")] = jquants.lists[day("09-01")]
    ask(jquants, "09-01 08:15")
    ask(jquants, "09-01 17:45")
    assert ListingEvent.objects.filter(event_date=day("09-02")).count() == 1

    assert told(ask(jquants, "09-02 08:15")) == [(day("09-02"), "completed", False)]

    assert ListingEvent.objects.filter(event_date=day("09-02")).count() == 0
    assert provisional() == []
    entries = ListingSnapshot.objects.filter(date_in_force=day("09-02")).order_by("id")
    assert list(entries.values_list("is_superseded", flat=True)) == [True, False]
    assert attempts_between("09-02 08:16", "09-02 12:00", every=31) == []


def test_what_the_morning_missed_is_made_up_for_whenever_somebody_decides_again(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 17:45")
    (state,) = source_states(at("09-02 09:30"))
    assert (state.missing, state.unconfirmed, state.attempts) == ([day("09-01")], [day("09-02")], 0)

    # The newest first; the day that the source was not there for in the evening comes after it.
    assert told(ask(jquants, "09-02 09:30")) == [(day("09-02"), "completed", False)]
    assert told(ask(jquants, "09-02 09:31")) == [(day("09-01"), "completed", False)]
    assert ask(jquants, "09-02 09:32") == []


def test_a_confirmation_that_fails_is_tried_again_with_pauses(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    ask(jquants, "09-01 17:45")
    jquants.at(at("09-02 08:15"))
    jquants.fail("400", times=1000, path="/master")
    assert attempts_between("09-02 08:15", "09-02 08:30") == ["08:15", "08:16", "08:18", "08:23"]
    (state,) = source_states(at("09-02 08:30"))
    assert (state.missing, state.unconfirmed, state.attempts) == ([], [day("09-02")], 4)

    jquants.heal()
    assert attempts_between("09-02 08:31", "09-02 08:40") == ["08:33"]
    assert provisional() == []


def test_with_the_morning_switched_off_the_evening_confirms(jquants: FakeJquants) -> None:
    PeriodicTask.objects.filter(task=MORNING).update(enabled=False)
    ask(jquants, "09-01 17:45")
    ask(jquants, "09-01 17:46")
    assert ask(jquants, "09-02 12:00") == []

    assert told(ask(jquants, "09-02 17:45")) == [(day("09-03"), "completed", True)]
    assert told(ask(jquants, "09-02 17:46")) == [(day("09-02"), "completed", False)]
    assert provisional() == [day("09-03")]


def test_a_list_that_is_published_late_is_tried_for_until_it_is_there(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    jquants.stuck_at = day("09-01")
    for minute in ("17:45", "17:46", "17:48", "17:53", "18:03", "18:23", "18:53"):
        assert len(ask(jquants, f"09-01 {minute}")) == 1
    assert recorded() == [day("09-01")]
    jquants.stuck_at = None

    assert told(ask(jquants, "09-01 19:53")) == [(day("09-02"), "completed", True)]


def test_on_the_evening_before_a_holiday_the_list_is_the_one_of_the_day_after_it(jquants: FakeJquants) -> None:
    for text in ("09-17 17:45", "09-18 08:15"):
        ask(jquants, text)
    assert told(ask(jquants, "09-18 17:45")) == [(day("09-24"), "completed", True)]
    DataSource.objects.update(created_at=at("09-18 20:00"))
    jquants.requests.clear()

    for holiday in HOLIDAYS:
        for minute in ("08:15", "17:45", "18:00"):
            attempts = ask(jquants, f"{holiday:%m-%d} {minute}")
            assert [run.requested_date for run in attempts if run.requested_date == day("09-24")] == []
    assert provisional() == [day("09-24")]
    assert told(ask(jquants, "09-24 08:15"))[0] == (day("09-24"), "completed", False)


def test_after_a_weekend_with_the_machine_off_the_list_that_comes_on_monday_stands(jquants: FakeJquants) -> None:
    ask(jquants, "09-03 17:45")
    ask(jquants, "09-04 08:15")
    # Off from Friday's noon to Monday's.
    runs = [run for minute in ("12:00", "12:01", "12:02") for run in ask(jquants, f"09-07 {minute}")]

    assert told(runs)[0] == (day("09-07"), "completed", False)
    assert provisional() == []


def test_a_holiday_more_that_the_calendar_tells_is_taken_over(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    assert CalendarDay.objects.get(day=day("09-02")).kind == "business"
    CalendarDay.objects.update(learnt_at=at("08-01 00:00"))
    jquants.divisions = {day("09-02"): "0", day("09-03"): "2"}

    (run,) = ask(jquants, "09-01 17:45")

    assert (run.requested_date, run.status, run.error_message) == (
        day("09-02"), "cancelled", "2026-09-02 は休業日のため、取得していません。"
    )  # fmt: skip
    assert told(ask(jquants, "09-01 17:46")) == [(day("09-03"), "completed", True)]
    assert CalendarDay.objects.get(day=day("09-03")).kind == "half_day"


def test_a_list_of_a_day_that_turned_out_to_be_a_holiday_is_not_asked_for_again(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    ask(jquants, "09-01 17:45")
    jquants.divisions = {day("09-02"): "0"}
    CalendarDay.objects.filter(day=day("09-02")).update(is_business_day=False, kind="closed")

    # Only the list of the day after it, which was due in the evening, as is known by now.
    assert [run.requested_date for run in ask(jquants, "09-02 08:15")] == [day("09-03")]
    assert attempts_between("09-02 08:16", "09-02 08:30") == []
    (state,) = source_states(at("09-02 12:00"))
    assert (state.missing, state.unconfirmed) == ([], [])


def test_a_doubtful_list_that_was_approved_at_night_is_provisional_like_any_other(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    short = jquants.lists[day("09-01")][:30]
    jquants.publish(day("09-02"), short)
    (run,) = ask(jquants, "09-01 17:45")
    assert run.status == "needs_review"
    assert attempts_between("09-01 17:46", "09-02 07:00", every=31) == []
    approve_run(run, approved_by="operator", reason="確認済み", confirmed={"delisted": 30})
    execute_run(run.pk, lambda: at("09-02 09:00"))
    assert provisional() == [day("09-02")]

    assert told(ask(jquants, "09-02 09:01")) == [(day("09-02"), "completed", False)]
    assert provisional() == []


def test_a_doubtful_list_that_nobody_decided_on_is_overtaken_by_the_one_of_the_morning(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    whole = jquants.lists[day("09-02")]
    jquants.publish(day("09-02"), whole[:30])
    jquants.revisions[day("09-02")] = whole
    (evening,) = ask(jquants, "09-01 17:45")

    assert told(ask(jquants, "09-02 08:15")) == [(day("09-02"), "completed", False)]

    evening.refresh_from_db()
    assert (evening.status, evening.error_message) == (
        "cancelled", "同じ基準日の一覧が後の同期で取り込まれました。"
    )  # fmt: skip


def test_of_two_doubtful_lists_of_a_day_a_person_looks_at_the_later(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 08:15")
    jquants.publish(day("09-02"), jquants.lists[day("09-02")][:30])
    (evening,) = ask(jquants, "09-01 17:45")
    of_another_day = SyncRun.objects.create(
        source=evening.source, status="needs_review", date_in_force=day("08-29"),
        fetched_at=at("08-29 18:00"), completed_at=at("08-29 18:00"),
    )  # fmt: skip

    (morning,) = ask(jquants, "09-02 08:15")

    assert morning.status == "needs_review"
    assert set(SyncRun.objects.filter(status="needs_review")) == {morning, of_another_day}
    evening.refresh_from_db()
    assert evening.error_message == "同じ基準日の改訂後の一覧を取得しました。確認するのは、後の同期の一覧です。"
    assert attempts_between("09-02 08:16", "09-02 12:00", every=31) == []


def test_an_issue_that_is_listed_twice_in_a_night_is_one_event(jquants: FakeJquants) -> None:
    """A new listing that the revision renames."""
    ask(jquants, "09-01 08:15")
    before = list(jquants.lists[day("09-02")])
    jquants.publish(day("09-02"), [*before, make_issue("9999", company_name="新規")])
    jquants.revisions[day("09-02")] = [*before, make_issue("9999", company_name="新規上場")]
    ask(jquants, "09-01 17:45")
    ask(jquants, "09-02 08:15")

    (event,) = ListingEvent.objects.filter(code="9999")
    assert (event.event_type, event.company_name) == ("listed", "新規上場")


def test_where_the_evening_is_switched_off_lists_come_at_18_00(jquants: FakeJquants) -> None:
    PeriodicTask.objects.filter(task=EVENING).update(enabled=False)
    assert ask(jquants, "09-01 17:45") == []

    assert told(ask(jquants, "09-01 18:00")) == [(day("09-01"), "completed", False)]
    assert ask(jquants, "09-01 18:01") == []


def test_who_switches_the_schedule_of_lists_off_means_all_of_them(jquants: FakeJquants) -> None:
    PeriodicTask.objects.filter(task=DAY).update(enabled=False)

    assert [ask(jquants, f"09-01 {minute}") for minute in ("08:15", "17:45", "18:00")] == [[], [], []]


def test_nothing_is_confirmed_before_the_revision(jquants: FakeJquants) -> None:
    ask(jquants, "09-01 17:45")

    with pytest.raises(IntegrityError), transaction.atomic():
        ProvisionalList.objects.update(confirmed_at=at("09-02 07:59"))
