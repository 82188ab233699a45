"""Applying lists: what is refused, what is counted, who supersedes whom."""

import threading
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from companies.errors import SnapshotRefused
from companies.ledger.completeness import CompletenessPolicy, refuse_too_little
from companies.ledger.entries import lock_ledger
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshots import Outcome, apply_snapshot, preview_snapshot
from companies.models import Company, CompanyVersion, ListingSnapshot
from masters.models import Market
from tests.companies.ledger.waiting import count_waiting_for_ledger
from tests.factories import make_codes, make_issue, make_list
from tests.local.stack import wait_for

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2024, 1, day) for day in (15, 16, 17, 18))


def test_counts_are_against_what_was_in_force() -> None:
    apply_snapshot(MONDAY, make_list(make_codes(40)), "jpx")

    changed = make_issue("1301", company_name="新しい名前")
    result = apply_snapshot(TUESDAY, [changed, *make_list(make_codes(39, first=1303))], "jpx")

    assert (result.total, result.new, result.updated, result.deactivated, result.unchanged) == (40, 1, 1, 1, 38)
    assert result.events == 3
    assert Company.objects.active().count() == 40


def test_an_issue_that_comes_back_counts_as_new() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203"]), "jpx")
    apply_snapshot(TUESDAY, make_list(["1301"]), "jpx", force=True)

    result = apply_snapshot(WEDNESDAY, make_list(["1301", "7203"]), "jpx", force=True)

    assert (result.total, result.new, result.updated, result.deactivated, result.unchanged) == (2, 1, 0, 0, 1)


@pytest.mark.parametrize(
    ("codes", "reason", "can_be_forced"),
    [
        ([], "empty", False),
        (["1301", "1301"], "duplicate_code", False),
        (make_codes(4), "too_few_rows", True),
        (make_codes(40, first=2001), "too_few_known_codes", True),
    ],
)
def test_what_cannot_be_a_list_is_refused_and_nothing_is_written(
    codes: list[str], reason: str, can_be_forced: bool
) -> None:
    apply_snapshot(MONDAY, make_list(make_codes(40)), "jpx")

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(TUESDAY, make_list(codes), "jpx")

    assert (refused.value.reason, refused.value.can_be_forced) == (reason, can_be_forced)
    assert ListingSnapshot.objects.count() == 1
    assert CompanyVersion.objects.count() == 40


def test_a_row_without_a_name_is_refused_even_by_force() -> None:
    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(MONDAY, [make_issue("1301", company_name="　")], "jpx", force=True)

    assert "1 件目" in explain_refusal(refused.value)


def test_a_jpx_list_never_supersedes_a_jquants_one_of_the_same_day() -> None:
    apply_snapshot(MONDAY, [make_issue("7203", market_code="0111")], "jquants")

    result = apply_snapshot(MONDAY, [make_issue("7203", market_code="0112")], "jpx")

    assert result.outcome is Outcome.RECORDED
    assert Company.objects.get().market_id == "0111"
    assert list(ListingSnapshot.objects.order_by("id").values_list("source", "is_superseded")) == [
        ("jquants", False),
        ("jpx", True),
    ]


def test_an_unknown_market_gets_a_master_row() -> None:
    apply_snapshot(MONDAY, [make_issue("7203", market_code="0199", market_name="新市場")], "jquants")

    assert Market.objects.get(code="0199").name == "新市場"


def test_a_preview_writes_nothing_and_says_what_would_happen() -> None:
    apply_snapshot(MONDAY, make_list(make_codes(40)), "jpx")

    preview = preview_snapshot(TUESDAY, make_list(make_codes(4)), "jpx")

    assert preview.refusal is not None
    assert preview.result.deactivated == 36
    assert {change.event_type for change in preview.changes} == {"delisted"}
    assert ListingSnapshot.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_verification_finds_a_tampered_version_and_rebuilding_mends_it() -> None:
    apply_snapshot(MONDAY, make_list(make_codes(3)), "jpx")
    call_command("verify_history", stdout=StringIO())
    CompanyVersion.objects.filter(company__code="1301").update(company_name="改竄")

    with pytest.raises(CommandError, match="2 件の相違"):
        call_command("verify_history", stderr=StringIO())
    call_command("rebuild_history", stdout=StringIO())

    call_command("verify_history", stdout=StringIO())
    assert CompanyVersion.objects.get(company__code="1301").company_name == "会社1301"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_verification_finds_an_entry_whose_rows_were_damaged() -> None:
    apply_snapshot(MONDAY, make_list(make_codes(3)), "jpx")
    ListingSnapshot.objects.update(sha256="0" * 64)

    # The list against its hash, and the hash against the chain.
    with pytest.raises(CommandError, match="2 件の相違"):
        call_command("verify_history", stderr=StringIO())


def test_the_planner_knows_the_size_of_a_history_that_just_began() -> None:
    """After a preview was rolled back, autovacuum takes the tables for empty: this is what it leaves behind."""
    tables = ("companies", "company_versions")
    with connection.cursor() as cursor:
        # No autovacuum meanwhile: it would wait for the row of pg_class, and we for its lock on the table.
        cursor.execute("LOCK TABLE companies, company_versions IN SHARE UPDATE EXCLUSIVE MODE")
        cursor.execute("UPDATE pg_class SET reltuples = 0, relpages = 200 WHERE relname = ANY(%s)", [list(tables)])
        apply_snapshot(MONDAY, make_list(make_codes(600)), "jpx")
        cursor.execute("SELECT relname, reltuples::int FROM pg_class WHERE relname = ANY(%s)", [list(tables)])

        assert dict(cursor.fetchall()) == {"companies": 600, "company_versions": 600}


def test_the_planner_knows_of_a_day_on_which_thousands_changed() -> None:
    """Taking the events of such a day for a handful, it compares each with each other: minutes for a real list."""
    codes = make_codes(600)
    apply_snapshot(MONDAY, make_list(codes), "jpx")
    apply_snapshot(TUESDAY, make_list(codes, market_code="0113"), "jpx", force=True)

    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT * FROM company_versions WHERE lower(validity) = %s", [TUESDAY])
        plan = str(cursor.fetchone())

    assert "rows=600 " in plan


def test_a_list_that_supersedes_another_leaves_who_is_in_neither_as_last_seen_before() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "7203", "9984"]), "jpx")
    apply_snapshot(TUESDAY, make_list(["1301", "7203"]), "jpx", force=True)

    apply_snapshot(TUESDAY, [make_issue("1301", company_name="極洋"), make_issue("7203")], "jquants")

    rows = Company.objects.order_by("code").values_list(
        "code", "company_name", "reference_date", "is_active", "first_seen_on", "last_seen_on"
    )
    assert list(rows) == [
        ("1301", "極洋", TUESDAY, True, MONDAY, TUESDAY),
        ("7203", "会社7203", TUESDAY, True, MONDAY, TUESDAY),
        ("9984", "会社9984", MONDAY, False, MONDAY, MONDAY),
    ]


def test_an_older_list_that_comes_first_or_last_is_compared_with_its_nearest_one_and_the_first_of_all_with_nothing() -> (
    None
):
    apply_snapshot(WEDNESDAY, make_list(make_codes(40)), "jpx")
    apply_snapshot(MONDAY, make_list(make_codes(39)), "jpx")

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(TUESDAY, make_list(make_codes(4)), "jpx")

    assert (refused.value.reason, refused.value.details["nearest_date"]) == ("too_few_rows", str(MONDAY))
    assert list(ListingSnapshot.objects.order_by("pk").values_list("date_in_force", flat=True)) == [WEDNESDAY, MONDAY]
    company = Company.objects.get(code="1301")
    assert (company.first_seen_on, company.last_seen_on, company.reference_date) == (MONDAY, WEDNESDAY, WEDNESDAY)


def test_nothing_is_too_little_compared_with_nothing() -> None:
    refuse_too_little(["1301"], day=MONDAY, nearest_codes=[], nearest_day=TUESDAY, policy=CompletenessPolicy())


def test_a_list_is_judged_by_the_nearest_one_though_it_is_the_later() -> None:
    apply_snapshot(date(2023, 12, 15), make_list(make_codes(40)), "jpx")
    apply_snapshot(WEDNESDAY, make_list(make_codes(39)), "jpx")

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(TUESDAY, make_list(make_codes(4)), "jpx")

    assert (refused.value.details["nearest_date"], refused.value.details["nearest_rows"]) == (str(WEDNESDAY), 39)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_bring_the_same_list_at_once_one_applies_it_and_the_other_changes_nothing() -> None:
    outcomes: list[str] = []

    def bring() -> None:
        try:
            outcomes.append(apply_snapshot(MONDAY, make_list(make_codes(3)), "jpx").outcome)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    with transaction.atomic():
        lock_ledger()
        for thread in threads:
            thread.start()
        wait_for(lambda: count_waiting_for_ledger() == 2)
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [Outcome.APPLIED, Outcome.UNCHANGED]
    assert ListingSnapshot.objects.count() == 1


def test_the_database_refuses_versions_of_a_company_that_overlap() -> None:
    apply_snapshot(MONDAY, make_list(["1301"]), "jpx")
    apply_snapshot(WEDNESDAY, make_list(["1301"], market_code="0112"), "jpx", force=True)

    with pytest.raises(IntegrityError, match="ex_company_versions_no_overlap"), transaction.atomic():
        CompanyVersion.objects.filter(market__code="0111").update(validity=DateRange(MONDAY, THURSDAY))
    CompanyVersion.objects.filter(market__code="0111").update(validity=DateRange(MONDAY, TUESDAY))


def test_the_database_refuses_that_lists_of_two_sources_hold_on_one_day() -> None:
    apply_snapshot(MONDAY, make_list(["1301"]), "jpx")
    apply_snapshot(MONDAY, make_list(["1301"], market_code="0112"), "jquants", force=True)

    with pytest.raises(IntegrityError, match="uq_listing_snapshots_holding"), transaction.atomic():
        ListingSnapshot.objects.update(is_superseded=False)
