"""Sources that do not show the list of the next business day: Free, a plan that refuses, a gateway, V1."""

from datetime import date, timedelta

import pytest

from companies.ledger.provisional.noting import provisional_entries
from datasources.models import DataSource
from syncjobs.models import NextDayRefusal, SyncRun
from syncjobs.next_day.expectations import tasks_for
from syncjobs.sync_state import source_states
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.fakes.jquants import business_days as weekdays
from tests.syncjobs.evenings import at, business_days, day, decide, publish

pytestmark = pytest.mark.django_db
NOT_COVERED = (400, "Your subscription covers the following dates: 2021-09-01 ~ 2026-09-01.")


@pytest.fixture(autouse=True)
def september(source: DataSource, jquants: FakeJquants) -> None:
    publish(jquants, business_days(20))
    DataSource.objects.update(created_at=at("08-31 20:00"))


def ask(jquants: FakeJquants, text: str) -> list[SyncRun]:
    jquants.at(at(text))
    return decide(text)


def told(runs: list[SyncRun]) -> list[tuple[date | None, str]]:
    return [(run.requested_date, run.status) for run in runs]


def test_on_free_nothing_is_asked_for_ahead(jquants: FakeJquants, source: DataSource) -> None:
    DataSource.objects.update(plan="free")
    publish(jquants, weekdays(date(2026, 6, 1), 20))
    for text in ("09-01 08:15", "09-01 17:45", "09-01 17:59"):
        assert ask(jquants, text) == []

    assert told(ask(jquants, "09-01 18:00")) == [(day("06-08"), "completed")]
    assert ask(jquants, "09-01 18:01") == []
    assert ask(jquants, "09-02 08:15") == []
    assert not provisional_entries().exists()
    assert not NextDayRefusal.objects.exists()


def test_a_plan_that_refuses_is_said_once_and_counts_as_no_failure(jquants: FakeJquants, source: DataSource) -> None:
    DataSource.objects.update(plan="light")
    jquants.refuses_ahead = NOT_COVERED
    ask(jquants, "09-01 08:15")

    (run,) = ask(jquants, "09-01 17:45")

    assert (run.requested_date, run.status, run.error_code) == (day("09-02"), "cancelled", "")
    assert "翌営業日の一覧は、このデータソースでは前日に取得できません" in run.error_message
    source.refresh_from_db()
    assert (source.last_check_code, source.last_check_message) == ("OK", run.error_message)
    assert tasks_for(source, at("09-01 17:46")) == ("syncjobs.tasks.sync_listings",)
    assert ask(jquants, "09-01 17:46") == []
    assert source_states(at("09-01 23:00"))[0].missing == []
    # As before from then on: no word of it each evening.
    assert [ask(jquants, f"09-02 {minute}") for minute in ("08:15", "17:45")] == [[], []]
    assert told(ask(jquants, "09-02 18:00")) == [(day("09-02"), "completed")]
    assert not SyncRun.objects.filter(status="failed").exists()


def test_another_plan_is_asked_again(jquants: FakeJquants) -> None:
    DataSource.objects.update(plan="light")
    jquants.refuses_ahead = NOT_COVERED
    ask(jquants, "09-01 08:15")
    ask(jquants, "09-01 17:45")
    jquants.refuses_ahead = None
    assert ask(jquants, "09-01 19:00") == []

    DataSource.objects.update(plan="premium")

    assert told(ask(jquants, "09-01 19:01")) == [(day("09-02"), "completed")]
    assert list(provisional_entries().values_list("date_in_force", flat=True)) == [day("09-02")]
    assert not NextDayRefusal.objects.exists()


def test_other_credentials_are_asked_again_and_the_same_after_a_month(jquants: FakeJquants, source: DataSource) -> None:
    DataSource.objects.update(plan="light")
    jquants.refuses_ahead = NOT_COVERED
    ask(jquants, "09-01 08:15")
    ask(jquants, "09-01 17:45")
    source.refresh_from_db()

    assert len(tasks_for(source, at("09-30 17:45"))) == 1
    assert len(tasks_for(source, at("09-01 17:46") + timedelta(days=30))) == 2
    source.encrypted_credentials = "another"
    assert len(tasks_for(source, at("09-01 17:46"))) == 2


def test_a_plan_that_is_upgraded_in_the_middle_has_its_evenings_from_then_on(jquants: FakeJquants) -> None:
    DataSource.objects.update(plan="free")
    assert ask(jquants, "09-01 17:45") == []
    DataSource.objects.update(plan="standard")

    (run,) = ask(jquants, "09-01 17:50")

    assert (run.requested_date, run.is_provisional) == (day("09-02"), True)


def test_one_request_that_is_refused_without_a_word_of_the_plan_is_a_fault_like_any_other(jquants: FakeJquants) -> None:
    DataSource.objects.update(plan="light")
    ask(jquants, "09-01 08:15")
    jquants.fail("400", path="/master")

    assert told(ask(jquants, "09-01 17:45")) == [(day("09-02"), "failed")]
    assert told(ask(jquants, "09-01 17:46")) == [(day("09-02"), "completed")]


def test_a_source_that_refuses_everything_fails(jquants: FakeJquants) -> None:
    DataSource.objects.update(plan="light")
    ask(jquants, "09-01 08:15")
    jquants.fail("400", times=1000, path="/master")

    for minute in ("17:45", "17:46", "17:48", "17:53"):
        assert told(ask(jquants, f"09-01 {minute}")) == [(day("09-02"), "failed")]
    assert not NextDayRefusal.objects.exists()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_gateway_that_answers_with_another_day_is_believed_after_a_while(jquants: FakeJquants, version: str) -> None:
    DataSource.objects.all().delete()
    source = make_source(jquants, version)
    DataSource.objects.update(created_at=at("08-31 20:00"))
    jquants.is_behind = True
    ask(jquants, "09-01 08:15")

    for minute in ("17:45", "17:46", "17:48", "17:53", "18:03"):
        (run,) = ask(jquants, f"09-01 {minute}")
        assert run.requested_date == day("09-02")

    assert NextDayRefusal.objects.get(source=source).code == "UNEXPECTED_DATE"
    assert ask(jquants, "09-01 18:23") == []
    assert [ask(jquants, f"09-02 {minute}") for minute in ("08:15", "17:45")] == [[], []]
    assert told(ask(jquants, "09-02 18:00")) == [(day("09-02"), "completed")]


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_gateway_that_has_tomorrow_s_list_has_its_evenings(jquants: FakeJquants, version: str) -> None:
    DataSource.objects.all().delete()
    make_source(jquants, version)
    DataSource.objects.update(created_at=at("08-31 20:00"))
    ask(jquants, "09-01 08:15")

    assert told(ask(jquants, "09-01 17:45")) == [(day("09-02"), "completed")]
    assert told(ask(jquants, "09-02 08:15")) == [(day("09-02"), "completed")]
    assert not provisional_entries().exists()


def test_a_gateway_that_refuses_a_day_to_come_is_believed_at_once(jquants: FakeJquants) -> None:
    jquants.refuses_ahead = (404, "no such list")
    ask(jquants, "09-01 08:15")

    assert told(ask(jquants, "09-01 17:45")) == [(day("09-02"), "cancelled")]
    assert NextDayRefusal.objects.get().code == "UNEXPECTED_RESPONSE"
