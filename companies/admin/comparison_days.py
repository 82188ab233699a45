"""Pairs of days that people compare again and again, as far as there are lists for them. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext

from companies.admin.event_questions import RESTRUCTURED_ON

_MONTHS = 12
_DAY = timedelta(days=1)
#: In words, with the days of both lists.
Pair = tuple[str, date, date]


def usual_pairs(days: Sequence[date]) -> list[Pair]:
    """Up to the newest list, and around the exchange's own restructuring; `days` are those with a list, oldest first."""
    if len(days) < 2:
        return []
    newest, place = days[-1], bisect_left(days, RESTRUCTURED_ON)
    found = [
        (gettext("前回の一覧から"), days[-2], newest),
        (gettext("前月末から"), _in_force(days, newest.replace(day=1) - _DAY), newest),
        (gettext("前年末から"), _in_force(days, date(newest.year - 1, 12, 31)), newest),
        (gettext("1 年前から"), _in_force(days, newest - timedelta(days=365)), newest),
    ]
    if 0 < place < len(days):
        found.append((gettext("2022-04-04 の市場再編の前後"), days[place - 1], days[place]))
    return _distinct(found)


def pairs_of_years(days: Sequence[date]) -> list[Pair]:
    """From the end of each year to that of the next, the newest first."""
    if not days:
        return []
    years = range(days[-1].year, days[0].year, -1)
    return _distinct(
        (gettext("{year}年").format(year=year), _in_force(days, date(year - 1, 12, 31)), _in_force(days, date(year, 12, 31)))
        for year in years
    )  # fmt: skip


def pairs_of_months(days: Sequence[date]) -> list[Pair]:
    """From the end of each of the last months to that of the next."""
    return _distinct(
        (f"{last:%Y-%m}", _in_force(days, last.replace(day=1) - _DAY), _in_force(days, last))
        for last in (_ends_of_months(days[-1]) if days else ())
    )


def _ends_of_months(newest: date) -> Iterator[date]:
    end = (newest.replace(day=1) + timedelta(days=31)).replace(day=1) - _DAY
    for _month in range(_MONTHS):
        yield end
        end = end.replace(day=1) - _DAY


def _in_force(days: Sequence[date], day: date) -> date | None:
    place = bisect_right(days, day)
    return days[place - 1] if place else None


def _distinct(
    pairs: Iterator[tuple[str, date | None, date | None]] | Sequence[tuple[str, date | None, date | None]],
) -> list[Pair]:
    """Those of two lists, which differ, each once."""
    found: dict[tuple[date, date], str] = {}
    for words, first, second in pairs:
        if first is not None and second is not None and first < second:
            found.setdefault((first, second), words)
    return [(words, *both) for both, words in found.items()]
