"""On which days the Tokyo Stock Exchange trades: weekdays that are no holiday, and none from 31 December to 3 January. Pure.

Holidays by law, one-off ones of past years included; those of the equinoxes are computed for years to come.
"""

from datetime import date, timedelta
from functools import lru_cache

from holidays.financial.japan_exchange import JapanExchange

_DAY = timedelta(days=1)


def is_business_day(day: date) -> bool:
    return day.weekday() < 5 and day not in _closed_days(day.year)


def next_business_day(day: date) -> date:
    following = day + _DAY
    while not is_business_day(following):
        following += _DAY
    return following


@lru_cache(maxsize=256)
def _closed_days(year: int) -> frozenset[date]:
    """Made whole before anyone sees it: the package's own growing table is not for several threads."""
    return frozenset(JapanExchange(years=year, expand=False))
