"""When prices of the Tokyo Stock Exchange move, and until when a quote fetched at a moment is fresh. Pure.

Sessions: 09:00 to 11:30 and 12:30 to 15:30 on weekdays. Source: Japan Exchange Group, "Trading hours" (the afternoon
session ends at 15:30 since 2024-11-05), checked 2026-11. Holidays are not known here: then a quote is merely fetched
once too often.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_JAPAN = ZoneInfo("Asia/Tokyo")
_SESSIONS = ((time(9, 0), time(11, 30)), (time(12, 30), time(15, 30)))
#: Free quotes of the exchange come 20 minutes late: until then a session's last price is still on its way, and a quote
#: fetched at the close would otherwise stand overnight without it.
_DELAY = timedelta(minutes=20)
#: How long a quote is fresh while prices move.
FRESH_FOR = timedelta(minutes=5)
#: A price older than so many weekdays is told as old: the longest usual closure, around New Year, has four.
OLD_AFTER_WEEKDAYS = 5
_CLOCKS_APART = timedelta(minutes=10)


def fresh_until(fetched_at: datetime) -> datetime:
    """Five minutes on while prices move, else the next opening. Takes any time zone, gives Japan's."""
    moment = fetched_at.astimezone(_JAPAN)
    if any(opens <= moment < closes + _DELAY for opens, closes in _sessions_of(moment.date())):
        return moment + FRESH_FOR
    days = (moment.date() + timedelta(days=ahead) for ahead in range(4))
    return next(opens for day in days for opens, _ in _sessions_of(day) if opens > moment)


def is_fresh(fetched_at: datetime, now: datetime) -> bool:
    """Whether a quote fetched at `fetched_at` still stands at `now`; not where that lies further ahead than the clocks of two machines may be
    apart: it was fetched by one that has been set back since.
    """
    return fetched_at - now < _CLOCKS_APART and now < fresh_until(fetched_at)


def weekdays_since(market_time: datetime, now: datetime) -> int:
    """How many weekdays began in Japan after the one of `market_time`, the one of `now` included."""
    first, last = market_time.astimezone(_JAPAN).date(), now.astimezone(_JAPAN).date()
    weeks, days = divmod(max(0, (last - first).days), 7)
    return weeks * 5 + sum((first + timedelta(days=ahead)).weekday() < 5 for ahead in range(1, days + 1))


def is_too_old(market_time: datetime, now: datetime) -> bool:
    """Whether a price is of so long ago that it says little of today, however lately it was fetched."""
    return weekdays_since(market_time, now) > OLD_AFTER_WEEKDAYS


def _sessions_of(day: date) -> list[tuple[datetime, datetime]]:
    if day.weekday() >= 5:
        return []
    return [
        (datetime.combine(day, opens, _JAPAN), datetime.combine(day, closes, _JAPAN)) for opens, closes in _SESSIONS
    ]
