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


def fresh_until(fetched_at: datetime) -> datetime:
    """Five minutes on while prices move, else the next opening. Takes any time zone, gives Japan's."""
    moment = fetched_at.astimezone(_JAPAN)
    if any(opens <= moment < closes + _DELAY for opens, closes in _sessions_of(moment.date())):
        return moment + FRESH_FOR
    days = (moment.date() + timedelta(days=ahead) for ahead in range(4))
    return next(opens for day in days for opens, _ in _sessions_of(day) if opens > moment)


def is_fresh(fetched_at: datetime, now: datetime) -> bool:
    """Whether a quote fetched at `fetched_at` still stands at `now`."""
    return now < fresh_until(fetched_at)


def _sessions_of(day: date) -> list[tuple[datetime, datetime]]:
    if day.weekday() >= 5:
        return []
    return [
        (datetime.combine(day, opens, _JAPAN), datetime.combine(day, closes, _JAPAN)) for opens, closes in _SESSIONS
    ]
