"""The time of a change is given under the ledger's lock: who follows changes by it misses none that comes later."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from companies.ledger.entries import lock_ledger
from companies.ledger.history_proof import rebuild_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import Company, CompanyVersion, LedgerRevision, ListingSnapshot
from tests.companies.ledger.waiting import count_waiting_for_ledger
from tests.factories import make_issue, make_list
from tests.local.stack import wait_for

MONDAY, TUESDAY, WEDNESDAY = date(2024, 1, 15), date(2024, 1, 16), date(2024, 1, 17)


def updated_at(code: str) -> object:
    return Company.objects.get(code=code).updated_at


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_overlapping_writers_the_one_that_commits_later_bears_the_later_time() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203"]), "jpx")
    has_begun, may_go_on = threading.Event(), threading.Event()

    def write_late() -> None:
        """As an upload does: its transaction begins, then other things take their time."""
        try:
            with transaction.atomic():
                Company.objects.count()
                has_begun.set()
                assert may_go_on.wait(30)
                apply_snapshot(WEDNESDAY, [make_issue("1301", company_name="遅い"), make_issue("7203")], "jpx")
        finally:
            connection.close()

    late = threading.Thread(target=write_late)
    late.start()
    assert has_begun.wait(30)
    apply_snapshot(TUESDAY, [make_issue("1301"), make_issue("7203", company_name="速い")], "jpx")
    # Wednesday says again what 7203 was called on Monday: its first change is what a reader could see in between.
    seen_by_a_reader = updated_at("7203")
    recorded = ListingSnapshot.objects.get(date_in_force=TUESDAY).recorded_at
    may_go_on.set()
    late.join()

    assert Company.objects.filter(updated_at__gt=seen_by_a_reader, code="1301").exists()
    assert ListingSnapshot.objects.get(date_in_force=WEDNESDAY).recorded_at > recorded


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_who_waited_for_another_writer_bears_a_time_after_all_that_the_other_wrote() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203"]), "jpx")

    def write_after_waiting() -> None:
        try:
            apply_snapshot(WEDNESDAY, [make_issue("1301", company_name="遅い"), make_issue("7203")], "jpx")
        finally:
            connection.close()

    late = threading.Thread(target=write_after_waiting)
    with transaction.atomic():
        lock_ledger()
        late.start()
        wait_for(lambda: count_waiting_for_ledger() == 1)
        apply_snapshot(TUESDAY, [make_issue("1301"), make_issue("7203", company_name="速い")], "jpx")
    seen_by_a_reader = ListingSnapshot.objects.get(date_in_force=TUESDAY).recorded_at
    late.join()

    assert ListingSnapshot.objects.get(date_in_force=WEDNESDAY).recorded_at > seen_by_a_reader
    assert updated_at("1301") > seen_by_a_reader  # type: ignore[operator]


@pytest.mark.django_db
def test_a_change_bears_a_time_after_its_writer_had_the_lock_not_that_at_which_its_transaction_began() -> None:
    """The transaction of this test began before: so does that of an upload, whose writer may then wait for minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now() < clock_timestamp(), clock_timestamp()")
        has_begun, asked = cursor.fetchone()
    assert has_begun

    apply_snapshot(MONDAY, make_list(["1301"]), "jpx")

    assert updated_at("1301") > asked
    assert ListingSnapshot.objects.get().recorded_at == updated_at("1301")


@pytest.mark.django_db
def test_a_company_that_leaves_or_comes_back_has_changed_and_one_that_stays_has_not() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203"]), "jpx")
    came, stays = updated_at("7203"), updated_at("1301")
    apply_snapshot(TUESDAY, make_list(["1301"]), "jpx", force=True)
    left = updated_at("7203")
    apply_snapshot(WEDNESDAY, make_list(["1301", "7203"]), "jpx", force=True)

    assert came < left < updated_at("7203")  # type: ignore[operator]
    assert updated_at("1301") == stays


@pytest.mark.django_db
def test_every_way_of_writing_bears_a_time_after_all_that_could_be_read_before() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203"]), "jpx")
    # A clock that was ahead when somebody wrote.
    ahead = "2100-01-01T00:00:00+09:00"
    LedgerRevision.objects.update(recorded_at=ahead)
    Company.objects.update(updated_at=ahead)
    newest = updated_at("7203")

    apply_snapshot(TUESDAY, [make_issue("1301", company_name="極洋"), make_issue("7203")], "jpx")
    applied = updated_at("1301")
    apply_snapshot(TUESDAY, [make_issue("1301", company_name="極洋ＨＤ"), make_issue("7203")], "jpx")
    superseded = updated_at("1301")
    withdraw_entry(ListingSnapshot.objects.holding().get(date_in_force=TUESDAY).pk, reason="a", withdrawn_by="b")
    withdrawn = updated_at("1301")
    CompanyVersion.objects.filter(company__code="1301").delete()
    Company.objects.filter(code="1301").update(company_name="改竄")
    rebuild_history()

    assert newest < applied < superseded < withdrawn < updated_at("1301")  # type: ignore[operator]
    assert updated_at("7203") == newest
