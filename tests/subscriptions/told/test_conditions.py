"""What only time makes true is told once for each time that it becomes true."""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth.models import User
from django.db import ProgrammingError, connection, connections
from django.utils import timezone

from api.keys import create_api_key
from api.models import ApiKey, Scope
from companies.ledger.snapshots import apply_snapshot
from companies.models import HistoryProof
from datasources.models import DataSource
from subscriptions.models import OutboxEntry
from subscriptions.outbox.entries import number_new_entries
from subscriptions.told.conditions import tell_conditions
from subscriptions.told.wording import word_message
from tests.factories import make_issue
from tests.subscriptions.told.followers import contents, follow, make_person, plan

pytestmark = pytest.mark.django_db

JAPAN = ZoneInfo("Asia/Tokyo")
NOON = datetime(2026, 11, 24, 12, tzinfo=JAPAN)


def told(kind: str = "") -> list[dict[str, Any]]:
    entries = OutboxEntry.objects.exclude(kind="revision").order_by("id")
    return [entry.subject for entry in (entries.filter(kind=kind) if kind else entries)]


def in_japan(day: int, hour: int = 12, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=JAPAN)


def test_where_all_is_well_nothing_is_told() -> None:
    apply_snapshot(date(2026, 11, 20), [make_issue()], "jpx")
    DataSource.objects.update(is_enabled=True)

    assert tell_conditions(NOON) == 0
    assert told() == []


# --- A list that is too old ---------------------------------------------------------------------------------------


@pytest.fixture
def old_list() -> None:
    """45 days old on 24 November: from a file the first day on which it may not be older."""
    apply_snapshot(date(2026, 10, 10), [make_issue()], "jpx")


@pytest.mark.usefixtures("old_list")
def test_a_list_that_is_too_old_is_told_each_day_in_the_morning_while_it_lasts() -> None:
    moments = [
        in_japan(24, 23, 59), in_japan(25, 0, 0), in_japan(25, 7, 59), in_japan(25, 8, 0), in_japan(25, 8, 1),
        in_japan(25, 23, 59), in_japan(26, 0, 0), in_japan(26, 8, 0),
    ]  # fmt: skip

    assert [tell_conditions(moment) for moment in moments] == [0, 0, 0, 1, 0, 0, 0, 1]
    assert told("list_too_old") == [
        {"day": "2026-10-10", "days_behind": 46}, {"day": "2026-10-10", "days_behind": 47}
    ]  # fmt: skip


@pytest.mark.usefixtures("old_list")
def test_the_day_is_that_of_japan_whatever_the_clock_of_the_machine() -> None:
    assert [tell_conditions(datetime(2026, 11, day, hour, tzinfo=UTC)) for day, hour in ((24, 22), (24, 23))] == [0, 1]


@pytest.mark.usefixtures("old_list")
def test_when_a_newer_list_is_there_nothing_more_is_told_and_the_next_old_one_is() -> None:
    tell_conditions(in_japan(25))
    apply_snapshot(date(2026, 11, 25), [make_issue()], "jpx")

    assert [tell_conditions(in_japan(day)) for day in (25, 26, 30)] == [0, 0, 0]
    assert tell_conditions(in_japan(10, month=1).replace(year=2027)) == 1
    assert [entry["day"] for entry in told("list_too_old")] == ["2026-10-10", "2026-11-25"]


# --- A source whose contract ends ---------------------------------------------------------------------------------


def make_ending(days: int, **fields: Any) -> DataSource:
    ends_on = timezone.localdate(NOON) + timedelta(days=days)
    return DataSource.objects.create(
        **{"name": f"契約 {days}", "contract_ends_on": ends_on, "plan": "unlimited", **fields}
    )


@pytest.mark.parametrize(
    ("days", "is_told"),
    [(31, False), (30, True), (29, True), (8, True), (7, True), (2, True), (1, True), (0, True), (-1, False)],
)
def test_a_contract_is_told_of_from_thirty_days_before_its_end_up_to_its_last_day(days: int, is_told: bool) -> None:
    source = make_ending(days)

    assert [tell_conditions(NOON) for _ in range(2)] == [int(is_told), 0]
    subject = {
        "source": source.pk, "source_name": f"契約 {days}", "ends_on": str(source.contract_ends_on), "days_left": days
    }  # fmt: skip
    assert told("source_ending") == [subject] * is_told


def test_it_is_told_at_thirty_seven_and_one_day_in_the_morning_and_never_afterwards() -> None:
    make_ending(40)  # the third of January
    # The hours at which a day or a morning begins, and those before them.
    moments = [
        datetime(2026, 12, 3, hour, tzinfo=JAPAN) + timedelta(days=days) for days in range(33) for hour in (0, 7, 8, 23)
    ]
    at = [moment.strftime("%m-%d %H") for moment in moments if tell_conditions(moment)]

    assert at == ["12-04 08", "12-27 08", "01-02 08"]
    assert [subject["days_left"] for subject in told("source_ending")] == [30, 7, 1]


def test_what_passed_unseen_is_told_once_at_the_nearest_step() -> None:
    make_ending(40)

    assert [tell_conditions(in_japan(29, month=12)), tell_conditions(in_japan(30, month=12))] == [1, 0]
    assert [subject["days_left"] for subject in told("source_ending")] == [5]


def test_a_contract_that_was_renewed_is_told_of_again_and_one_that_is_switched_off_is_not() -> None:
    source = make_ending(5)
    tell_conditions(NOON)
    DataSource.objects.update(contract_ends_on=timezone.localdate(NOON) + timedelta(days=6))
    assert tell_conditions(NOON) == 1

    DataSource.objects.filter(pk=source.pk).update(is_enabled=False, contract_ends_on=date(2026, 11, 25))
    assert tell_conditions(NOON) == 0
    DataSource.objects.filter(pk=source.pk).update(is_enabled=True, contract_ends_on=None)
    assert tell_conditions(NOON) == 0


# --- An API key that ends -----------------------------------------------------------------------------------------


def make_key(ends_in: timedelta, owner: User | None, *, age: timedelta = timedelta(days=200)) -> ApiKey:
    create_api_key(name="夜間", scopes=[Scope.READ], created_by=owner)
    ApiKey.objects.filter(name="夜間").update(expires_at=NOON + ends_in, created_at=NOON - age)
    return ApiKey.objects.get(name="夜間")


@pytest.mark.parametrize(
    ("ends_in", "steps"),
    [
        (timedelta(days=14, seconds=1), 0), (timedelta(days=14), 1), (timedelta(days=3, seconds=1), 1), (timedelta(days=3), 1),
        (timedelta(seconds=1), 1), (timedelta(0), 0), (timedelta(seconds=-1), 0),
    ],
)  # fmt: skip
def test_a_key_is_told_of_within_fourteen_days_of_its_end(ends_in: timedelta, steps: int) -> None:
    make_key(ends_in, User.objects.create_user("owner"))

    assert [tell_conditions(NOON) for _ in range(2)] == [steps, 0]


def test_a_key_is_told_of_twice_to_its_own_person() -> None:
    owner = User.objects.create_user("owner")
    key = make_key(timedelta(days=20), owner)
    at = [day for day in range(22) if tell_conditions(NOON + timedelta(days=day))]

    assert at == [6, 17]
    assert [(one["days_left"], one["prefix"]) for one in told("key_ending")] == [(14, key.prefix), (3, key.prefix)]
    assert {entry.owner for entry in OutboxEntry.objects.filter(kind="key_ending")} == {owner}
    assert key.key_hash not in str(told())


def test_a_key_that_was_made_for_a_week_is_told_of_three_days_before_only() -> None:
    make_key(timedelta(days=7), None, age=timedelta(0))
    at = [day for day in range(9) if tell_conditions(NOON + timedelta(days=day))]

    assert at == [4]
    assert OutboxEntry.objects.get(kind="key_ending").owner is None


def test_a_key_that_was_revoked_or_never_ends_is_not_told_of() -> None:
    make_key(timedelta(days=2), None)
    ApiKey.objects.update(revoked_at=NOON)
    assert tell_conditions(NOON) == 0
    ApiKey.objects.update(revoked_at=None, expires_at=None)
    assert tell_conditions(NOON) == 0


def test_a_key_whose_end_was_put_off_is_told_of_again() -> None:
    make_key(timedelta(days=2), None)
    tell_conditions(NOON)
    ApiKey.objects.update(expires_at=NOON + timedelta(days=3))

    assert tell_conditions(NOON) == 1


# --- A proof that failed ------------------------------------------------------------------------------------------


def make_proof(fingerprint: str = "") -> HistoryProof:
    return HistoryProof.objects.create(
        origin="schedule", started_at=NOON, duration_seconds=1, since_revision=0, until_revision=7,
        difference_count=3 * bool(fingerprint), fingerprint=fingerprint, first_differences=["7203 の版"] * bool(fingerprint),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("fingerprints", "at"),
    [
        (["a"], [0]), (["a", "a", "a"], [0]), (["", "a", "a"], [1]), (["a", "", "a"], [0, 2]), (["a", "b", "a"], [0, 1, 2]),
        (["", ""], []), (["a", *[""] * 30, "a"], [0, 31]), (["a"] * 50, [0]),
    ],
)  # fmt: skip
def test_a_failed_proof_is_told_when_it_finds_what_the_one_before_did_not(
    fingerprints: list[str], at: list[int]
) -> None:
    found = []
    for place, fingerprint in enumerate(fingerprints):
        make_proof(fingerprint)
        found += [place] * tell_conditions(NOON)
        assert tell_conditions(NOON) == 0

    assert found == at


def test_one_that_was_followed_by_a_good_one_before_anybody_looked_is_told_all_the_same() -> None:
    proof = make_proof("a")
    make_proof()

    assert tell_conditions(NOON) == 1
    assert told("proof_failed") == [
        {
            "proof": proof.pk, "proven_at": NOON.astimezone(UTC).isoformat(), "until_revision": 7, "differences": 3,
            "first_differences": ["7203 の版"],
        }
    ]  # fmt: skip


# --- Together -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_one_that_cannot_be_looked_at_does_not_keep_the_others_from_being_told_and_its_error_is_raised() -> None:
    make_proof("a")
    make_key(timedelta(days=2), None)
    rename = "ALTER TABLE data_sources RENAME COLUMN {} TO {}"
    with connection.cursor() as cursor:
        cursor.execute(rename.format("contract_ends_on", "gone"))
    try:
        with pytest.raises(ProgrammingError, match="contract_ends_on"):
            tell_conditions(NOON)
    finally:
        with connection.cursor() as cursor:
            cursor.execute(rename.format("gone", "contract_ends_on"))

    assert sorted(OutboxEntry.objects.values_list("kind", flat=True)) == ["key_ending", "proof_failed"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_who_look_at_once_tell_once() -> None:
    apply_snapshot(date(2026, 9, 10), [make_issue()], "jpx")
    make_ending(3)
    make_proof("a")
    make_key(timedelta(days=2), None)
    start, counts = threading.Barrier(4), []

    def look() -> None:
        try:
            start.wait()
            counts.append(tell_conditions(NOON))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(counts) == 4
    assert sorted(OutboxEntry.objects.exclude(kind="revision").values_list("kind", flat=True)) == [
        "key_ending", "list_too_old", "proof_failed", "source_ending",
    ]  # fmt: skip


def test_what_is_told_says_what_to_do_in_both_languages() -> None:
    operator = make_person("operator", "administrator")
    subscription = follow(operator, "list_too_old", "source_ending", "key_ending", "proof_failed")
    apply_snapshot(date(2026, 9, 10), [make_issue()], "jpx")
    make_ending(0, name="J-Quants")
    make_proof("a")
    key = make_key(timedelta(days=2), operator)
    tell_conditions(NOON)
    number_new_entries()
    plan()

    lines = {
        language: [line for content in contents(subscription) for line in word_message(content, language).lines]
        for language in ("ja", "en")
    }
    assert lines["ja"] == [
        "一覧が古い: 最新の一覧は 2026-09-10 のもので、75 日遅れています。管理画面の「同期」と「定期実行」を確認してください。",
        "データソース「J-Quants」の契約は 2026-11-24 までです（今日）。更新したら、データソースの「契約の終了日」も直してください。",
        f"API キー「夜間」（{key.prefix}…）は 2026-11-26 12:00 に期限が切れます（あと 2 日）。"
        "管理画面の「API キー」で新しいキーを作り、使っている所で置き換えてください。",
        "履歴の検証で相違 3 件（改訂 7 まで）。管理画面の「履歴の検証」を確認してください。 最初の相違: 7203 の版",
    ]
    assert len(lines["en"]) == 4


def test_a_key_is_nobody_else_s_business_but_its_person_s() -> None:
    owner, other = make_person("owner"), make_person("other", "administrator")
    subscriptions = [follow(person, "key_ending") for person in (owner, other)]
    make_key(timedelta(days=2), owner)
    tell_conditions(NOON)
    number_new_entries()
    plan()

    assert [len(contents(subscription)) for subscription in subscriptions] == [1, 0]
