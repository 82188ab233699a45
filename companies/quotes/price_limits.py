"""How far a price of the Tokyo Stock Exchange can move in a day, to mark what cannot have happened in one. Pure.

Source: Japan Exchange Group, "Daily Price Limits" (制限値幅), in force since 2010-01-04; and the widening of a limit to four times
after two days at it without a trade, since 2020-08-03. Checked 2026-11. Issues without limits of their own (a first price, a
price after a long halt, some ETFs) may be marked though they are right: a mark asks to look, and hides nothing.
"""

from bisect import bisect_right
from decimal import Decimal
from enum import StrEnum

#: Below which previous close how many yen either way; 10,000,000 from the last on.
_LIMITS = (
    (100, 30), (200, 50), (500, 80), (700, 100), (1_000, 150), (1_500, 300), (2_000, 400), (3_000, 500), (5_000, 700),
    (7_000, 1_000), (10_000, 1_500), (15_000, 3_000), (20_000, 4_000), (30_000, 5_000), (50_000, 7_000), (70_000, 10_000),
    (100_000, 15_000), (150_000, 30_000), (200_000, 40_000), (300_000, 50_000), (500_000, 70_000), (700_000, 100_000),
    (1_000_000, 150_000), (1_500_000, 300_000), (2_000_000, 400_000), (3_000_000, 500_000), (5_000_000, 700_000),
    (7_000_000, 1_000_000), (10_000_000, 1_500_000), (15_000_000, 3_000_000), (20_000_000, 4_000_000),
    (30_000_000, 5_000_000), (50_000_000, 7_000_000),
)  # fmt: skip
_HIGHEST_LIMIT = 10_000_000
_BOUNDS = [below for below, _ in _LIMITS]
_WIDENED = 4
_YEN = "JPY"


class LimitCheck(StrEnum):
    """How a change stands to the limits of its day."""

    WITHIN = "within"
    #: More than usual: only after days at the limit without a trade.
    BEYOND_DAILY = "beyond_daily"
    #: More than the exchange lets happen in a day: a split that one of the prices lacks, or a wrong price.
    BEYOND_WIDENED = "beyond_widened"


def daily_limit(previous_close: Decimal) -> int:
    """The yen that a price may rise or fall from the close of the day before."""
    at = bisect_right(_BOUNDS, previous_close)
    return _LIMITS[at][1] if at < len(_LIMITS) else _HIGHEST_LIMIT


def check_limit(price: Decimal, previous_close: Decimal | None, currency: str) -> LimitCheck | None:
    """`None` where there is nothing to compare, or the price is not in yen."""
    if previous_close is None or currency != _YEN:
        return None
    change, limit = abs(price - previous_close), daily_limit(previous_close)
    if change <= limit:
        return LimitCheck.WITHIN
    return LimitCheck.BEYOND_DAILY if change <= limit * _WIDENED else LimitCheck.BEYOND_WIDENED
