"""How much of the nearest list a new one must have."""

from datetime import date

import pytest

from companies.errors import SnapshotRefused
from companies.ledger.completeness import CompletenessPolicy, refuse_too_little
from companies.ledger.refusal_wording import explain_refusal

POLICY = CompletenessPolicy()
NEAREST = date(2024, 1, 15)


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2024, 1, 15), 0.9925),
        (date(2024, 1, 16), 0.9922),
        (date(2024, 2, 14), 0.9835),
        (date(2023, 12, 16), 0.9835),
        (date(2024, 6, 20), 0.95),
        (date(2025, 1, 10), 0.95),
        (date(2025, 1, 20), 0.90),
        (date(2023, 1, 10), 0.90),
        (date(2027, 1, 20), 0.80),
        (date(2044, 1, 15), 0.50),
        (date(2004, 1, 15), 0.50),
    ],
)
def test_the_required_share_falls_with_the_days_and_the_years_in_either_direction(day: date, share: float) -> None:
    assert POLICY.required_share(day, NEAREST) == share


def codes(count: int, first: int = 1000) -> list[str]:
    return [str(first + step) for step in range(count)]


def judge(new: list[str], *, day: date = date(2024, 1, 16), nearest: int = 100) -> SnapshotRefused | None:
    try:
        refuse_too_little(new, day=day, nearest_codes=codes(nearest), nearest_day=NEAREST, policy=POLICY)
    except SnapshotRefused as refusal:
        return refusal
    return None


def test_between_neighbouring_days_a_short_page_is_missed() -> None:
    assert judge(codes(3_970), nearest=4_000) is None
    refusal = judge(codes(3_960), nearest=4_000)

    assert refusal is not None
    assert (refusal.reason, refusal.details["required_share"]) == ("too_few_rows", 0.9922)
    assert "99.2%" in explain_refusal(refusal)
    assert judge(codes(3_960), nearest=4_000, day=date(2024, 2, 15)) is None
    assert judge(codes(3_820), nearest=4_000, day=date(2024, 2, 15)) is not None


def test_exactly_the_required_share_is_enough() -> None:
    assert judge(codes(95)) is None
    assert judge([*codes(95), *codes(5, first=5000)]) is None


def test_one_row_less_is_not() -> None:
    refusal = judge(codes(94))

    assert refusal is not None
    assert (refusal.reason, refusal.details["missing"], refusal.details["nearest_date"]) == (
        "too_few_rows", 6, "2024-01-15",
    )  # fmt: skip


def test_enough_rows_of_other_companies_are_no_such_list() -> None:
    refusal = judge([*codes(94), *codes(20, first=5000)])

    assert refusal is not None
    assert refusal.reason == "too_few_known_codes"
    assert "94.0%" in explain_refusal(refusal)
    assert refusal.details["sample"] == ["1094", "1095", "1096", "1097", "1098", "1099"]


def test_between_neighbouring_days_others_in_the_place_of_one_in_a_hundred_are_missed_ones_too() -> None:
    refusal = judge([*codes(3_960), *codes(40, first=6_000)], nearest=4_000)

    assert refusal is not None
    assert (refusal.reason, refusal.details["missing"]) == ("too_few_known_codes", 40)
