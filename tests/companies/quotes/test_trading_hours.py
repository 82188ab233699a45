"""Until when a quote is fresh."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from companies.quotes.trading_hours import fresh_until, is_fresh, is_too_old, weekdays_since

JAPAN = ZoneInfo("Asia/Tokyo")


def japan(text: str) -> datetime:
    """A moment of the week from Monday 2026-11-16 on, such as `20 15:30`."""
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("fetched", "until"),
    [
        ("20 08:59", "20 09:00"),
        ("20 09:00", "20 09:05"),
        ("20 11:49", "20 11:54"),
        ("20 11:50", "20 12:30"),
        ("20 12:30", "20 12:35"),
        ("20 15:30", "20 15:35"),
        ("20 15:49", "20 15:54"),
        ("20 15:50", "23 09:00"),
        ("21 12:00", "23 09:00"),
        ("22 23:59", "23 09:00"),
        ("23 00:00", "23 09:00"),
        ("18 16:00", "19 09:00"),
    ],
)
def test_five_minutes_while_prices_move_and_else_until_the_next_opening(fetched: str, until: str) -> None:
    assert fresh_until(japan(fetched)) == japan(until)


def test_any_time_zone_is_understood() -> None:
    assert fresh_until(datetime(2026, 11, 20, 0, 30, tzinfo=UTC)) == japan("20 09:35")


def test_at_the_very_moment_it_is_no_longer_fresh() -> None:
    assert is_fresh(japan("20 10:00"), japan("20 10:04"))
    assert not is_fresh(japan("20 10:00"), japan("20 10:05"))


@pytest.mark.parametrize(
    ("market_day", "day", "weekdays"),
    [
        ("20", "20", 0),
        ("20", "22", 0),
        ("20", "23", 1),
        ("20", "27", 5),
        ("20", "28", 5),
        ("20", "30", 6),
        ("21", "23", 1),
        ("23", "20", 0),
    ],
)
def test_weekdays_since_a_price_are_counted_in_japan(market_day: str, day: str, weekdays: int) -> None:
    assert weekdays_since(japan(f"{market_day} 15:30"), japan(f"{day} 08:00")) == weekdays


def test_a_price_is_too_old_from_the_sixth_weekday_on() -> None:
    assert not is_too_old(japan("20 15:30"), japan("28 23:59"))
    assert is_too_old(japan("20 15:30"), japan("30 00:00"))
