"""What the issues that a list changed differ in."""

from dataclasses import replace

import pytest

from companies.ledger.field_changes import FieldChanges, count_field_changes
from companies.ledger.snapshots import apply_snapshot
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue, make_list

pytestmark = pytest.mark.django_db

CODES = [str(1301 + step) for step in range(10)]


def test_what_was_not_known_before_is_filled_in_and_not_changed() -> None:
    apply_snapshot(FEBRUARY, make_list(CODES), "jpx")
    told = [replace(issue, company_name_english="X", margin_code="1") for issue in make_list(CODES)]
    told[0] = replace(told[0], company_name="新しい名前")
    result = apply_snapshot(MARCH, told, "jquants")

    assert result.updated == 10
    assert count_field_changes(result.snapshot_id) == FieldChanges(
        {"company_name_english": 10, "margin_code": 10}, {"company_name": 1}
    )


def test_who_came_and_who_left_differ_in_nothing() -> None:
    apply_snapshot(FEBRUARY, make_list(CODES), "jpx")
    result = apply_snapshot(MARCH, [*make_list(CODES[1:]), make_issue("7203")], "jpx", force=True)

    assert (result.new, result.deactivated, result.updated) == (1, 1, 0)
    assert count_field_changes(result.snapshot_id) == FieldChanges({}, {})


def test_a_list_that_stands_between_two_others_is_counted_by_itself() -> None:
    apply_snapshot(FEBRUARY, make_list(CODES), "jpx")
    renamed = [make_issue("1301", company_name="新しい名前"), *make_list(CODES[1:])]
    result = apply_snapshot(MARCH, renamed, "jpx")

    assert count_field_changes(result.snapshot_id) == FieldChanges({}, {"company_name": 1})


def test_an_entry_that_changed_nothing_has_nothing_to_tell() -> None:
    assert count_field_changes(0) == FieldChanges({}, {})
