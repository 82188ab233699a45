"""What a list that replaces another of its day is said to have changed."""

from datetime import date

import pytest

from companies.ledger.snapshots import apply_snapshot
from tests.factories import make_issue, make_list

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY = date(2024, 1, 15), date(2024, 1, 16)


def test_it_is_counted_against_the_list_that_it_replaces() -> None:
    apply_snapshot(MONDAY, make_list(["1301", "1332", "7203"]), "jpx")
    apply_snapshot(TUESDAY, make_list(["1332", "7203", "9984"]), "jpx", force=True)

    renamed = [make_issue("1332", company_name="ニッスイ"), *make_list(["7203", "9984"])]
    result = apply_snapshot(TUESDAY, renamed, "jquants", force=True)
    assert (result.total, result.new, result.updated, result.deactivated, result.unchanged) == (3, 0, 1, 0, 2)

    result = apply_snapshot(TUESDAY, [*renamed[:2], make_issue("130A")], "jquants", force=True)
    assert (result.total, result.new, result.updated, result.deactivated, result.unchanged) == (3, 1, 0, 1, 2)
