"""Numbering what was done before there were revisions, where the ledger is not as it should be or somebody wrote meanwhile."""

from datetime import date
from typing import Any

import pytest
from django.db import connection

from companies.ledger.changes import is_behind, number_unnumbered
from companies.ledger.past_revisions import number_the_past
from companies.ledger.snapshots import apply_snapshot
from companies.models import CompanyVersion, LedgerRevision, ListingSnapshot, WithdrawnVersion
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_lists")]


def forget_revisions(after: int = 0) -> None:
    """As the release before leaves it."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM ledger_revisions WHERE number > %s", [after])
        cursor.execute("DELETE FROM withdrawn_versions WHERE withdrawn_in > %s", [after])
        cursor.execute("DELETE FROM entry_holdings WHERE held_from > %s", [after])
        cursor.execute("UPDATE entry_holdings SET held_until = NULL WHERE held_until > %s", [after])
        cursor.execute(
            "UPDATE company_versions SET recorded_in = NULL, company_code = NULL WHERE recorded_in > %s", [after]
        )


def spans() -> list[tuple[str | None, int | None, int]]:
    return sorted(WithdrawnVersion.objects.values_list("code", "recorded_in", "withdrawn_in"))


def test_a_damaged_entry_is_passed_over_and_the_others_are_numbered() -> None:
    """Nothing can be said of it; `verify_history` tells that it is damaged."""
    versions = list(CompanyVersion.objects.order_by("pk").values_list("company__code", "validity"))
    ListingSnapshot.objects.filter(date_in_force=MARCH).update(rows=b"damaged")
    apply_snapshot(date(2024, 1, 31), [make_issue("7203", company_name="トヨタ")], "jpx", force=True)
    forget_revisions()

    assert number_the_past() == 3

    assert list(LedgerRevision.objects.order_by("number").values_list("number", "kind")) == [
        (1, "applied"), (2, "applied"), (3, "applied"),
    ]  # fmt: skip
    assert not CompanyVersion.objects.filter(recorded_in=None).exists()
    assert not CompanyVersion.objects.exclude(company__code__in=[code for code, _ in versions]).exists()
    assert "9984" not in [code for code, _, _ in spans()]
    assert not is_behind()


def numbered() -> list[Any]:
    """All but the day, which the release before did not count by."""
    return list(
        LedgerRevision.objects.order_by("number").values_list(
            "number", "kind", "entry_id", "recorded_at", "fingerprint"
        )
    )


def test_what_is_numbered_already_is_not_written_again() -> None:
    before = spans(), numbered()
    forget_revisions(after=1)

    assert number_the_past() == 1
    assert (spans(), numbered()) == before
    assert number_the_past() == 0
    assert (spans(), numbered()) == before


def test_what_the_release_before_wrote_meanwhile_is_numbered_by_the_minute_and_by_the_next_change() -> None:
    forget_revisions(after=1)
    assert is_behind()

    assert number_unnumbered() == 1
    assert (is_behind(), number_unnumbered()) == (False, 0)
    forget_revisions(after=1)
    apply_snapshot(date(2024, 4, 30), [make_issue("7203")], "jpx", force=True)
    assert [entry.date_in_force for entry in (r.entry for r in LedgerRevision.objects.order_by("number")) if entry] == [
        FEBRUARY, MARCH, date(2024, 4, 30),
    ]  # fmt: skip


def test_a_list_of_the_release_before_that_changed_nothing_is_numbered_too() -> None:
    newest = ListingSnapshot.objects.get(date_in_force=MARCH)
    newest.pk, newest.date_in_force = None, date(2024, 4, 30)
    newest.save(force_insert=True)
    assert is_behind()

    assert (number_unnumbered(), is_behind()) == (1, False)
    assert LedgerRevision.objects.latest("number").entry == newest
