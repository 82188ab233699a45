"""Taking an entry back: what follows, who may, and that it happens once."""

import threading
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from companies.choices import EntryStatus
from companies.errors import EntryNotFound, WithdrawalIncomplete
from companies.ledger.snapshots import Outcome, apply_snapshot
from companies.ledger.withdrawals import WithdrawalOutcome, preview_withdrawal, withdraw_entry
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot, SnapshotWithdrawal
from masters.models import Market
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue, store_quote

pytestmark = pytest.mark.django_db

APRIL = date(2024, 4, 30)


def entry_of(day: date) -> ListingSnapshot:
    entry: ListingSnapshot = ListingSnapshot.objects.holding().get(date_in_force=day)
    return entry


def withdraw(entry: ListingSnapshot) -> None:
    withdraw_entry(entry.pk, reason="誤った一覧", withdrawn_by="sato")


def test_the_newest_list_taken_back_leaves_the_one_before_it_in_force(two_lists: None) -> None:
    result = withdraw_entry(entry_of(MARCH).pk, reason="行がずれていた", withdrawn_by="sato")

    assert (result.outcome, result.was_holding, result.holds_instead) == (WithdrawalOutcome.WITHDRAWN, True, None)
    assert (result.companies_changed, result.companies_removed) == (4, 1)
    assert not ListingEvent.objects.exists()
    assert list(Company.objects.order_by("code").values_list("code", "is_active", "last_seen_on")) == [
        (code, True, FEBRUARY) for code in ("1301", "7201", "7203", "9984")
    ]
    fact = SnapshotWithdrawal.objects.get()
    assert (fact.entry.status, fact.reason, fact.withdrawn_by) == (EntryStatus.WITHDRAWN, "行がずれていた", "sato")


def test_what_the_entry_superseded_holds_again(two_lists: None) -> None:
    first = entry_of(MARCH)
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    withdraw(entry_of(MARCH))

    assert entry_of(MARCH) == first
    assert set(ListingEvent.objects.values_list("code", "event_type")) == {
        ("1301", "renamed"), ("130A", "listed"), ("7203", "market_changed"), ("9984", "delisted"),
    }  # fmt: skip


def test_an_entry_that_does_not_hold_is_taken_back_without_a_trace_in_history(two_lists: None) -> None:
    superseded = entry_of(MARCH)
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    versions = list(CompanyVersion.objects.order_by("pk").values())

    result = withdraw_entry(superseded.pk, reason="古い", withdrawn_by="sato")

    assert (result.outcome, result.was_holding) == (WithdrawalOutcome.WITHDRAWN, False)
    assert list(CompanyVersion.objects.order_by("pk").values()) == versions
    withdraw(entry_of(MARCH))
    assert not ListingSnapshot.objects.holding().filter(date_in_force=MARCH).exists()


def test_the_first_list_taken_back_leaves_the_next_one_as_the_beginning(two_lists: None) -> None:
    withdraw(entry_of(FEBRUARY))

    assert not ListingEvent.objects.exists()
    assert set(Company.objects.values_list("first_seen_on", flat=True)) == {MARCH}
    assert not Company.objects.filter(code="9984").exists()


def test_the_only_list_taken_back_leaves_nothing_and_quotes_go_with_their_companies() -> None:
    apply_snapshot(FEBRUARY, [make_issue("7203")], "jpx")
    store_quote("7203")

    withdraw(entry_of(FEBRUARY))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert [Company.objects.count(), CompanyVersion.objects.count(), ListingEvent.objects.count()] == [0, 0, 0]
    assert ListingSnapshot.objects.count() == 1


def test_a_list_between_two_others_taken_back_joins_what_it_cut(two_lists: None) -> None:
    apply_snapshot(APRIL, [make_issue("9984", company_name="ソフトバンクグループ", sector17_code="10", sector33_code="5250")], "jpx", force=True)  # fmt: skip

    withdraw(entry_of(MARCH))

    version = CompanyVersion.objects.get(company__code="9984")
    assert (version.validity.lower, version.validity.upper) == (FEBRUARY, None)
    assert {(e.observed_after, e.event_date) for e in ListingEvent.objects.all()} == {(FEBRUARY, APRIL)}
    assert Company.objects.get(code="7203").last_seen_on == FEBRUARY


def test_the_same_rows_come_in_again_as_a_new_entry(two_lists: None) -> None:
    issues = [make_issue("7203", company_name="トヨタ自動車", market_code="0112")]
    first = apply_snapshot(APRIL, issues, "jpx", force=True)
    before = list(ListingEvent.objects.order_by("id").values())
    withdraw_entry(first.snapshot_id, reason="確認のため", withdrawn_by="sato")

    again = apply_snapshot(APRIL, issues, "jpx", force=True)

    assert (again.outcome, again.snapshot_id > first.snapshot_id) == (Outcome.APPLIED, True)
    assert list(ListingEvent.objects.order_by("id").values()) == before
    assert apply_snapshot(APRIL, issues, "jpx").outcome is Outcome.UNCHANGED


def test_taking_back_twice_changes_nothing_and_keeps_the_first_reason(two_lists: None) -> None:
    entry = entry_of(MARCH)
    withdraw_entry(entry.pk, reason="最初の理由", withdrawn_by="sato")

    result = withdraw_entry(entry.pk, reason="別の理由", withdrawn_by="ito")

    assert result.outcome is WithdrawalOutcome.ALREADY_WITHDRAWN
    assert SnapshotWithdrawal.objects.get().reason == "最初の理由"


def test_a_stronger_list_taken_back_lets_hold_what_was_only_kept_with_its_masters() -> None:
    apply_snapshot(MARCH, [make_issue("7203")], "jquants")
    weaker = make_issue("7203", market_code="0199", market_name="新市場", sector33_code="3799", sector33_name="新業種")
    apply_snapshot(MARCH, [weaker], "jpx")

    withdraw(entry_of(MARCH))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Company.objects.get().market_id == "0199"
    assert Market.objects.get(code="0199").name == "新市場"


def test_where_the_holding_list_is_taken_back_the_one_before_of_its_source_holds_not_a_weaker_one_that_came_later() -> (
    None
):
    for source, market in (("jquants", "0111"), ("jpx", "0112"), ("jquants", "0113")):
        apply_snapshot(MARCH, [make_issue("7203", market_code=market)], source, force=True)

    withdraw(entry_of(MARCH))

    assert (entry_of(MARCH).source, Company.objects.get().market_id) == ("jquants", "0111")


def test_masters_that_were_deleted_meanwhile_come_back_under_their_codes(two_lists: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM market_masters WHERE code = '0111'")

    withdraw(entry_of(MARCH))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    assert Company.objects.get(code="7203").market_id == "0111"
    assert Market.objects.get(code="0111").name == "0111"


def test_a_preview_says_what_would_happen_and_writes_nothing(two_lists: None) -> None:
    before = list(Company.objects.order_by("pk").values())

    preview = preview_withdrawal(entry_of(MARCH).pk)

    assert sorted((e.code, e.event_type) for e in preview.vanishing) == [
        ("1301", "renamed"), ("130A", "listed"), ("7203", "market_changed"), ("9984", "delisted"),
    ]  # fmt: skip
    assert (preview.appearing, preview.result.companies_removed) == ([], 1)
    assert list(Company.objects.order_by("pk").values()) == before
    assert not SnapshotWithdrawal.objects.exists()


def test_a_preview_of_the_first_list_tells_that_the_next_ones_news_are_no_news_any_more(two_lists: None) -> None:
    preview = preview_withdrawal(entry_of(FEBRUARY).pk)

    assert ("130A", "listed") in {(e.code, e.event_type) for e in preview.vanishing}
    assert len(preview.vanishing) == 4


def test_a_reason_and_a_name_are_needed(two_lists: None) -> None:
    entry = entry_of(MARCH)

    for reason, name, missing in ((" ", "a", "reason"), ("a", "", "withdrawn_by")):
        with pytest.raises(WithdrawalIncomplete, match=missing):
            withdraw_entry(entry.pk, reason=reason, withdrawn_by=name)
    with pytest.raises(EntryNotFound):
        withdraw_entry(0, reason="a", withdrawn_by="b")


def test_the_database_refuses_that_a_withdrawn_entry_holds(two_lists: None) -> None:
    march = entry_of(MARCH)
    with pytest.raises(IntegrityError, match="must not hold"), transaction.atomic():
        SnapshotWithdrawal.objects.create(entry=march, reason="a", withdrawn_by="b", withdrawn_at="2024-04-01T00:00Z")
    withdraw(march)

    with pytest.raises(IntegrityError, match="must not hold"), transaction.atomic():
        ListingSnapshot.objects.filter(pk=march.pk).update(is_superseded=False)
    with pytest.raises(IntegrityError, match="explained"), transaction.atomic():
        SnapshotWithdrawal.objects.update(reason="")


def test_the_command_takes_back_the_list_of_a_day_once(two_lists: None) -> None:
    march, out = entry_of(MARCH), StringIO()

    call_command("withdraw_entry", str(MARCH), "--reason=誤り", "--by=sato", "--dry-run", stdout=out)
    assert "消えるイベント: " in out.getvalue()
    assert not SnapshotWithdrawal.objects.exists()
    call_command("withdraw_entry", str(MARCH), "--reason=誤り", "--by=sato", stdout=out)
    assert f"2024-03-29 の一覧（番号 {march.pk}）を取り消しました。この日は、一覧のない日になります。" in out.getvalue()
    call_command("withdraw_entry", f"--entry={march.pk}", "--reason=誤り", "--by=sato", stdout=out)

    assert "すでに取り消されています" in out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["2024-03-28", "--reason=a", "--by=b"], "2024-03-28 を基準日とする有効な一覧はありません"),
        (["--entry=99999999", "--reason=a", "--by=b"], "番号 99999999 のスナップショットはありません"),
        (["2024-03-29", "--reason= ", "--by=b"], "--reason と --by を空にはできません"),
    ],
)
def test_the_command_refuses_in_words(two_lists: None, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("withdraw_entry", *arguments)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_verification_knows_which_entry_has_to_hold_and_rebuilding_mends_it(two_lists: None) -> None:
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    withdraw(entry_of(MARCH))
    call_command("verify_history", stdout=StringIO())
    ListingSnapshot.objects.filter(date_in_force=MARCH).update(is_superseded=True)

    with pytest.raises(CommandError, match="相違"):
        call_command("verify_history", stderr=StringIO())
    call_command("rebuild_history", stdout=StringIO())

    call_command("verify_history", stdout=StringIO())
    assert entry_of(MARCH).source == "jpx"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_take_back_at_once_one_does_it(two_lists: None) -> None:
    entry = entry_of(MARCH)
    outcomes: list[str] = []

    def take_back(name: str) -> None:
        try:
            outcomes.append(withdraw_entry(entry.pk, reason="同時", withdrawn_by=name).outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_back, args=[name]) for name in ("sato", "ito", "abe", "mori")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["already_withdrawn"] * 3 + ["withdrawn"]
    assert SnapshotWithdrawal.objects.count() == 1
    call_command("verify_history", stdout=StringIO())
