"""The exchange's limits of a day."""

from decimal import Decimal

import pytest

from companies.quotes.price_limits import LimitCheck, check_limit, daily_limit


@pytest.mark.parametrize(
    ("previous_close", "limit"),
    [
        ("1", 30), ("99.9", 30), ("100", 50), ("199.9", 50), ("200", 80), ("500", 100), ("700", 150), ("1000", 300), ("1500", 400),
        ("2000", 500), ("2999.5", 500), ("3000", 700), ("5000", 1_000), ("7000", 1_500), ("10000", 3_000), ("15000", 4_000),
        ("20000", 5_000), ("30000", 7_000), ("50000", 10_000), ("70000", 15_000), ("100000", 30_000), ("150000", 40_000),
        ("200000", 50_000), ("300000", 70_000), ("500000", 100_000), ("700000", 150_000), ("1000000", 300_000),
        ("1500000", 400_000), ("2000000", 500_000), ("3000000", 700_000), ("5000000", 1_000_000), ("7000000", 1_500_000),
        ("10000000", 3_000_000), ("15000000", 4_000_000), ("20000000", 5_000_000), ("30000000", 7_000_000),
        ("50000000", 10_000_000), ("900000000", 10_000_000),
    ],
)  # fmt: skip
def test_the_limit_goes_by_the_close_of_the_day_before(previous_close: str, limit: int) -> None:
    assert daily_limit(Decimal(previous_close)) == limit


@pytest.mark.parametrize(
    ("price", "check"),
    [
        ("1150", LimitCheck.BEYOND_DAILY), ("1050", LimitCheck.WITHIN), ("750", LimitCheck.WITHIN),
        ("749.9", LimitCheck.BEYOND_DAILY), ("1500", LimitCheck.BEYOND_DAILY), ("1500.1", LimitCheck.BEYOND_WIDENED),
        ("299.9", LimitCheck.BEYOND_WIDENED),
    ],
)  # fmt: skip
def test_a_change_is_within_the_limit_beyond_it_or_beyond_what_can_be(price: str, check: LimitCheck) -> None:
    assert check_limit(Decimal(price), Decimal(900), "JPY") == check


def test_where_there_is_nothing_to_compare_nothing_is_said() -> None:
    assert check_limit(Decimal(900), None, "JPY") is None
    assert check_limit(Decimal(900), Decimal(1), "USD") is None
