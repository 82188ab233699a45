"""What a proof may take over from the one before, and what it may not."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from companies.ledger.history_proof import prove_history, rebuild_history, verify_history
from companies.ledger.snapshots import apply_snapshot
from companies.ledger.withdrawals import withdraw_entry
from companies.models import CompanyVersion, HistoryCheckpoint, ListingSnapshot
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_lists")]

APRIL = date(2024, 4, 30)


def apply_april(name: str = "トヨタ") -> None:
    apply_snapshot(APRIL, [make_issue("7203", company_name=name)], "jquants", force=True)


def test_a_proof_goes_on_from_the_one_before_and_proves_the_lists_since() -> None:
    first = prove_history()
    apply_april()
    second, third = prove_history(), prove_history()

    assert (first.since, first.until, first.differences) == (0, 2, [])
    assert (second.since, second.until, second.differences) == (2, 3, [])
    assert (third.since, third.until) == (3, 3)
    assert list(HistoryCheckpoint.objects.order_by("id").values_list("revision", "rests_on")) == [
        (2, 0),
        (3, 2),
        (3, 3),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE company_versions SET company_name = '書き換え' WHERE id = (SELECT min(id) FROM company_versions)",
        "UPDATE company_versions SET validity = daterange(lower(validity) + 1, upper(validity))"
        " WHERE id = (SELECT min(id) FROM company_versions)",
        "UPDATE company_versions SET recorded_in = 1 WHERE recorded_in = 2",
        "DELETE FROM company_versions WHERE id = (SELECT min(id) FROM company_versions)",
        "UPDATE withdrawn_versions SET market_code = '0113'",
        "UPDATE withdrawn_versions SET withdrawn_in = 3",
        "DELETE FROM withdrawn_versions",
        "UPDATE listing_snapshots SET rows = substring(rows FOR 10) WHERE date_in_force = '2024-02-29'",
        "UPDATE listing_snapshots SET sha256 = repeat('0', 64) WHERE date_in_force = '2024-02-29'",
        "DELETE FROM listing_snapshots WHERE date_in_force = '2024-02-29'",
        "UPDATE entry_holdings SET held_from = 2 WHERE held_from = 1",
        "UPDATE ledger_revisions SET kind = 'kept' WHERE number = 1",
        "UPDATE companies SET company_name = '書き換え' WHERE id = (SELECT min(id) FROM companies)",
        "UPDATE company_versions SET search_text = 'x' WHERE id = (SELECT min(id) FROM company_versions)",
    ],
)
def test_a_change_of_proven_rows_by_sql_is_found_as_if_there_were_no_checkpoint(change: str) -> None:
    assert prove_history().differences == []
    apply_april()
    with connection.cursor() as cursor:
        cursor.execute(change)
        assert cursor.rowcount > 0

    found = prove_history().differences

    assert found != []
    assert found == verify_history()
    assert HistoryCheckpoint.objects.count() == 1


def test_what_is_wrong_after_the_checkpoint_is_found() -> None:
    prove_history()
    apply_april()
    CompanyVersion.objects.filter(recorded_in=3).update(company_name="書き換え")

    assert prove_history().differences == verify_history() != []


def test_damage_of_an_entry_after_the_checkpoint_is_found() -> None:
    prove_history()
    apply_april()
    entry = ListingSnapshot.objects.get(date_in_force=APRIL)
    ListingSnapshot.objects.filter(pk=entry.pk).update(rows=entry.rows[:-10])

    assert [difference.stored for difference in prove_history().differences] == [entry.sha256[:12]]


def test_what_was_proven_may_be_replaced_and_taken_back_without_a_new_beginning() -> None:
    prove_history()
    apply_snapshot(FEBRUARY, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    replaced = prove_history()
    withdraw_entry(ListingSnapshot.objects.holding().get(date_in_force=MARCH).pk, reason="誤り", withdrawn_by="運用")
    taken_back = prove_history()

    assert (replaced.since, replaced.until, replaced.differences) == (2, 3, [])
    assert (taken_back.since, taken_back.until, taken_back.differences) == (3, 4, [])


def test_nothing_is_taken_over_from_other_rules_nor_past_a_rebuild() -> None:
    prove_history()
    HistoryCheckpoint.objects.update(rules="0" * 64)
    assert prove_history().since == 0

    CompanyVersion.objects.filter(company__code="7203").update(company_name="書き換え")
    rebuild_history()
    assert (prove_history().since, prove_history().since) == (0, 3)


def test_a_rebuild_of_what_came_after_a_checkpoint_is_not_gone_past_either() -> None:
    prove_history()
    apply_april("豊田")
    CompanyVersion.objects.filter(company__code="7203", recorded_in=3).update(company_name="書き換え")
    rebuild_history()

    assert (prove_history().since, prove_history().since) == (0, 4)


def test_the_command_says_what_it_proved_and_begins_anew_when_asked() -> None:
    def told(*options: str) -> str:
        output = StringIO()
        call_command("verify_history", *options, stdout=output)
        return output.getvalue()

    assert "改訂 2 まで、最初の一覧から検証しました。" in told()
    assert "改訂 2 までは検証した内容から変わっていないことを確かめ、その後の改訂 2 までを再生しました" in told()
    assert "改訂 2 まで、最初の一覧から検証しました。" in told("--from-beginning")
