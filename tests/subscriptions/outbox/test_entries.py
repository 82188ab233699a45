"""What happened is written in the transaction in which it happened, and gets its place in the order of telling afterwards."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone

from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from datasources.models import DataSource
from subscriptions.models import OutboxEntry, Subscription
from subscriptions.outbox.entries import forget_old_entries, newest_number, number_new_entries, record_entry
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from tests.subscriptions.told.followers import apply_list, days_ago, follow, make_person, plan, told, toyota

pytestmark = pytest.mark.django_db


def numbered() -> list[tuple[int | None, str]]:
    return list(OutboxEntry.objects.order_by("number").values_list("number", "kind"))


def make_old(days: int) -> None:
    OutboxEntry.objects.update(occurred_at=timezone.now() - timedelta(days=days))


def test_each_revision_and_each_run_that_ends_badly_is_written_down(source: DataSource) -> None:
    apply_list(days_ago(7), toyota())
    withdraw_entry(ListingSnapshot.objects.get().pk, reason="誤り", withdrawn_by="tester")
    run = SyncRun.objects.create(source=source, requested_by="tester")
    SyncRun.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, completed_at=timezone.now())
    SyncRun.objects.filter(pk=run.pk).update(error_message="もう一度")
    other = SyncRun.objects.create(
        source=source, requested_by="tester", status=RunStatus.NEEDS_REVIEW, completed_at=timezone.now()
    )

    number_new_entries()

    told = OutboxEntry.objects.order_by("number").values_list("number", "kind", "revision", "subject")
    assert list(told) == [
        (1, "revision", 1, {}),
        (2, "revision", 2, {}),
        (3, "run_failed", None, {"run": str(run.pk)}),
        (4, "review_needed", None, {"run": str(other.pk)}),
    ]


def test_a_revision_that_is_rolled_back_writes_nothing() -> None:
    with transaction.atomic():
        apply_list(days_ago(7), toyota())
        transaction.set_rollback(True)

    assert (number_new_entries(), OutboxEntry.objects.count(), LedgerRevision.objects.count()) == (0, 0, 0)


def test_what_is_looked_for_again_and_again_is_written_once() -> None:
    first = record_entry("list_too_old", subject={"name": "一覧"}, occurrence="list:2026-11-20")
    again = record_entry("list_too_old", subject={"name": "ほか"}, occurrence="list:2026-11-20")
    other = record_entry("list_too_old", occurrence="list:2026-11-21")

    assert [first, again, other] == [True, False, True]
    assert list(OutboxEntry.objects.values_list("subject", flat=True)) == [{"name": "一覧"}, {}]


def test_what_has_no_occurrence_is_written_each_time() -> None:
    owner = make_person()

    assert [record_entry("destination_paused", owner=owner) for _ in range(2)] == [True, True]
    assert list(OutboxEntry.objects.values_list("owner", flat=True)) == [owner.pk, owner.pk]


def test_numbers_go_on_after_what_was_numbered() -> None:
    for kind in ("list_too_old", "proof_failed"):
        record_entry(kind)
    assert number_new_entries() == 2
    record_entry("key_ending")

    assert [number_new_entries(), number_new_entries(), newest_number()] == [1, 0, 3]
    assert numbered() == [(1, "list_too_old"), (2, "proof_failed"), (3, "key_ending")]


def test_the_number_of_an_entry_that_is_gone_before_anybody_was_told_is_given_to_nothing_else() -> None:
    gone = make_person("gone")
    record_entry("key_ending", owner=gone)
    assert number_new_entries() == 1
    gone.delete()
    record_entry("list_too_old")

    assert [number_new_entries(), newest_number()] == [1, 2]
    assert numbered() == [(2, "list_too_old")]


def test_the_number_of_an_entry_that_went_with_its_person_is_given_to_nothing_else() -> None:
    subscription, gone = follow(make_person()), make_person("gone")
    apply_list(days_ago(7), toyota())
    record_entry("key_ending", owner=gone)
    plan()
    gone.delete()
    assert numbered() == [(1, "revision")]
    assert newest_number() == 2

    later = follow(make_person("later"))
    apply_list(days_ago(6), toyota(company_name="トヨタ"))
    plan()

    assert numbered() == [(1, "revision"), (3, "revision")]
    assert [told(one) for one in (subscription, later)] == [[("renamed", "7203")], [("renamed", "7203")]]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_entry_with_a_lower_id_that_is_committed_later_comes_later() -> None:
    insert = "INSERT INTO outbox_entries (kind) VALUES (%s) RETURNING id"
    with another_connection() as slow, another_connection() as quick:
        lower = slow.execute(insert, ["list_too_old"]).fetchone()
        higher = quick.execute(insert, ["proof_failed"]).fetchone()
        quick.commit()

        assert number_new_entries() == 1
        slow.commit()
        assert number_new_entries() == 1

    assert lower < higher
    assert numbered() == [(1, "proof_failed"), (2, "list_too_old")]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_several_who_number_at_once_one_waits_for_the_other() -> None:
    record_entry("list_too_old")
    with another_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(7203000003)")
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '100ms'")
        try:
            with pytest.raises(Exception, match="lock timeout"):
                number_new_entries()
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")

    assert (number_new_entries(), numbered()) == (1, [(1, "list_too_old")])


def test_old_entries_that_everybody_passed_are_forgotten_and_the_numbers_go_on() -> None:
    subscription = follow(make_person())
    apply_list(days_ago(7), toyota())
    apply_list(days_ago(6), toyota())
    plan()
    make_old(36)

    assert [forget_old_entries(timezone.now()), numbered()] == [1, [(2, "revision")]]
    apply_list(days_ago(5), toyota(company_name="トヨタ"))
    assert (plan(), Subscription.objects.get(pk=subscription.pk).told_number) == (1, 3)


@pytest.mark.parametrize(
    ("days", "is_behind", "occurrence", "left"),
    [(34, False, "", 3), (36, True, "", 3), (36, False, "", 1), (36, False, "key", 3), (401, False, "key", 1)],
)
def test_only_what_is_old_and_passed_is_forgotten(days: int, is_behind: bool, occurrence: str, left: int) -> None:
    follow(make_person())
    for place in range(3):
        record_entry("list_too_old", occurrence=occurrence and f"{occurrence}{place}")
    number_new_entries()
    if not is_behind:
        plan()
    make_old(days)

    forget_old_entries(timezone.now())

    assert OutboxEntry.objects.count() == left


def test_what_is_told_without_a_subscription_is_kept_until_it_was() -> None:
    for kind in ("destination_paused", "list_too_old"):
        record_entry(kind)
    number_new_entries()
    make_old(36)
    record_entry("proof_failed")
    number_new_entries()

    forget_old_entries(timezone.now())

    assert numbered() == [(1, "destination_paused"), (3, "proof_failed")]


def another_connection() -> Any:
    return psycopg.connect(
        **{name: value for name, value in connection.get_connection_params().items() if name in _NAMED}
    )


_NAMED = ("host", "port", "dbname", "user", "password")
