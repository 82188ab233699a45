"""Which numbers a person has to tell of a doubtful list."""

import pytest

from companies.errors import SnapshotDiffers
from companies.ledger.confirmation import differing_figures, figures_to_confirm
from companies.ledger.snapshots import apply_snapshot
from companies.models import Company, ListingSnapshot
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_codes, make_list


@pytest.mark.parametrize(
    ("counts", "figures"),
    [
        ({"delisted": 3973, "renamed": 12}, {"delisted": 3973}),
        ({"delisted": 5, "renamed": 4383, "market_changed": 2}, {"delisted": 5, "renamed": 4383}),
        ({"renamed": 4383, "market_changed": 2}, {"renamed": 4383}),
        ({"market_changed": 3747, "listed": 40}, {"market_changed": 3747}),
        ({"delisted": 7, "listed": 7}, {"delisted": 7}),
        ({}, {}),
    ],
)
def test_delistings_are_asked_for_and_the_most_frequent_kind_where_there_is_more_of_it(
    counts: dict[str, int], figures: dict[str, int]
) -> None:
    assert figures_to_confirm(counts) == figures


@pytest.mark.parametrize(
    ("confirmed", "differing"),
    [
        ({"delisted": 5, "renamed": 9}, []),
        ({"delisted": 5, "renamed": 9, "listed": 1}, []),
        ({"delisted": 5}, ["renamed"]),
        ({"delisted": 4, "renamed": 9}, ["delisted"]),
        ({"delisted": 5, "renamed": 9, "listed": 2}, ["listed"]),
        ({"delisted": 5, "renamed": 9, "relisted": 0}, []),
        ({}, ["delisted", "renamed"]),
    ],
)
def test_what_was_told_has_to_be_all_and_right(confirmed: dict[str, int], differing: list[str]) -> None:
    assert differing_figures(confirmed, {"delisted": 5, "renamed": 9, "listed": 1}) == differing


@pytest.mark.django_db
def test_a_list_that_changes_something_else_is_not_applied() -> None:
    codes = make_codes(40)
    apply_snapshot(FEBRUARY, make_list(codes), "jpx")

    with pytest.raises(SnapshotDiffers) as caught:
        apply_snapshot(MARCH, make_list(codes[:20]), "jpx", force=True, confirmed={"delisted": 19})

    assert caught.value.counts == {"delisted": 20}
    assert (ListingSnapshot.objects.count(), Company.objects.active().count()) == (1, 40)
    apply_snapshot(MARCH, make_list(codes[:20]), "jpx", force=True, confirmed={"delisted": 20})
    assert Company.objects.active().count() == 20
    # Once more, as after a worker that died before it could say so: nothing to apply, nothing to confirm.
    apply_snapshot(MARCH, make_list(codes[:20]), "jpx", force=True, confirmed={"delisted": 20})
