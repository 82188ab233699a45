"""What `verify_history` finds and what it cannot: SECURITY.md says no more than this."""

from datetime import date

import pytest

from companies.ledger.history_proof import rebuild_history, verify_history
from companies.ledger.snapshot_rows import pack_rows, unpack_rows
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, CompanyVersion, ListingSnapshot
from tests.conftest import MARCH
from tests.factories import make_issue

pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.usefixtures("two_lists")]


def test_a_company_and_a_version_that_were_changed_by_hand_are_found() -> None:
    Company.objects.filter(code="7203").update(company_name="書き換え")
    CompanyVersion.objects.filter(company__code="7201").update(company_name="書き換え")

    assert [difference.subject for difference in verify_history()] == [
        "7201 の版",
        "7203 の現在値",
        "7201 の 2024-02-29 からの版の検索用文字列",
    ]


def test_an_entry_that_does_not_agree_with_its_own_fingerprint_is_found() -> None:
    ListingSnapshot.objects.filter(date_in_force=MARCH).update(sha256="0" * 64)

    assert [difference.stored for difference in verify_history()] == ["0" * 64, "0" * 12]


def test_a_list_that_replaces_another_of_its_day_goes_on_from_the_day_before_in_the_proof_too() -> None:
    """What only the replaced list said of a field is not known of the issue."""
    april = date(2024, 4, 30)
    before = Company.objects.get(code="7203").scale_category
    apply_snapshot(april, [make_issue("7203", scale_category="TOPIX Small 2")], "jpx", force=True)
    apply_snapshot(april, [make_issue("7203", scale_category=None)], "jquants", force=True)

    assert before not in {None, "TOPIX Small 2"}
    assert Company.objects.get(code="7203").scale_category == before
    assert verify_history() == []


def test_an_entry_that_is_gone_is_found_by_the_chain_also_once_history_was_derived_anew_without_it() -> None:
    entry = ListingSnapshot.objects.get(date_in_force=MARCH)
    gone = f"改訂 2（一覧の取込、jpx 2024-03-29 の一覧 {entry.pk}）の一覧"
    entry.delete()

    assert len(verify_history()) > 1
    rebuild_history()
    assert [difference.subject for difference in verify_history()] == [gone]


def test_an_entry_that_was_rewritten_with_its_fingerprint_is_found_by_the_chain_also_once_history_was_derived_anew() -> (
    None
):
    entry = ListingSnapshot.objects.get(date_in_force=MARCH)
    rows = unpack_rows(entry.rows)
    rows["7203"] = ("書き換え", *rows["7203"][1:])
    packed = pack_rows(rows)
    ListingSnapshot.objects.filter(pk=entry.pk).update(rows=packed.compress(), sha256=packed.sha256)

    rewritten = f"改訂 2（一覧の取込、jpx 2024-03-29 の一覧 {entry.pk}）の一覧の内容の SHA-256"
    assert [difference.subject for difference in verify_history()] == [rewritten, "7203 の版", "7203 の現在値"]
    rebuild_history()
    assert [difference.subject for difference in verify_history()] == [rewritten]


def test_damage_of_an_entry_that_does_not_hold_is_found_while_it_is_only_kept() -> None:
    kept = ListingSnapshot.objects.get(date_in_force=MARCH)
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    assert verify_history() == []

    ListingSnapshot.objects.filter(pk=kept.pk).update(rows=kept.rows[:-10])

    assert [difference.stored for difference in verify_history()] == [kept.sha256[:12]]


def test_a_company_that_no_list_ever_had_is_found_and_goes_when_history_is_derived_anew() -> None:
    row = Company.objects.filter(code="7203").values().get()
    Company.objects.create(**{**row, "id": None, "code": "9999", "jquants_code": "99990"})

    assert [difference.subject for difference in verify_history()] == ["9999 の現在値"]
    rebuild_history()
    assert not Company.objects.filter(code="9999").exists()


def test_an_entry_that_holds_in_the_place_of_a_stronger_one_is_found_and_put_right() -> None:
    weaker = ListingSnapshot.objects.get(date_in_force=MARCH)
    apply_snapshot(MARCH, [make_issue("7203", company_name="トヨタ")], "jquants", force=True)
    stronger = ListingSnapshot.objects.holding().get(date_in_force=MARCH)
    for pk, is_superseded in ((stronger.pk, True), (weaker.pk, False)):
        ListingSnapshot.objects.filter(pk=pk).update(is_superseded=is_superseded)

    told = [difference.subject for difference in verify_history()]
    assert told[:2] == [f"スナップショット {entry}（{entry.pk}）" for entry in (weaker, stronger)]
    rebuild_history()

    assert ListingSnapshot.objects.holding().get(date_in_force=MARCH) == stronger
    assert verify_history() == []
