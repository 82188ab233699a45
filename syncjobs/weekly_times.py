"""Schedules as people say them: days of the week and times of the day, from cron lines and into them. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from itertools import groupby

from celery.schedules import crontab

#: Days of the week as cron counts them, in the order of a week that begins on Monday.
WEEK = (1, 2, 3, 4, 5, 6, 0)
_EVERY = "*"
# Of fewer days in a row each is named.
_SHORTEST_RANGE = 3
_SEPARATORS = re.compile(r"[,、・\s]+")
_TIME = re.compile(r"([01]?\d|2[0-3])(?::|時)([0-5]\d)分?")


class NotATime(ValueError):
    """The text is no time of a day."""


class DifferentMinutes(ValueError):
    """One cron line has several hours, but the same minutes in each."""


@dataclass(frozen=True, slots=True)
class WeeklyTimes:
    """On these days (as cron counts them, in the order of `WEEK`), at each of these times."""

    days: tuple[int, ...]
    times: tuple[time, ...]


def read_weekly(line: Mapping[str, str]) -> WeeklyTimes | None:
    """What a cron line says; `None` where it cannot be said so. The line is one that Celery takes."""
    hours = line["hour"].split(",")
    is_simple = line["day_of_month"] == line["month_of_year"] == _EVERY and line["minute"].isdecimal()
    if not is_simple or not all(hour.isdecimal() for hour in hours):
        return None
    days = crontab(day_of_week=line["day_of_week"]).day_of_week
    times = sorted({time(int(hour), int(line["minute"])) for hour in hours})
    return WeeklyTimes(_in_order(days), tuple(times))


def write_weekly(weekly: WeeklyTimes) -> dict[str, str]:
    """The cron line. Raises `DifferentMinutes`."""
    minutes = {at.minute for at in weekly.times}
    if len(minutes) > 1:
        raise DifferentMinutes
    return {
        "minute": str(minutes.pop()),
        "hour": ",".join(str(at.hour) for at in sorted(weekly.times)),
        "day_of_week": _EVERY if len(weekly.days) == len(WEEK) else ",".join(_ranges(weekly.days)),
        "day_of_month": _EVERY,
        "month_of_year": _EVERY,
    }


def parse_times(text: str) -> tuple[time, ...]:
    """Times as people write them: `19:30`, `9:00、15:00`, in full-width letters too. Raises `NotATime` with the part that is none."""
    found = set()
    for part in filter(None, _SEPARATORS.split(unicodedata.normalize("NFKC", text))):
        match = _TIME.fullmatch(part)
        if match is None:
            raise NotATime(part)
        found.add(time(int(match[1]), int(match[2])))
    return tuple(sorted(found))


def _in_order(days: Iterable[int]) -> tuple[int, ...]:
    return tuple(day for day in WEEK if day in {*days})


def _ranges(days: Iterable[int]) -> list[str]:
    """Days in a row as cron writes them: `1-5`. Sunday, its 0, stands alone at the end."""
    ordered = [day for day in _in_order(days) if day]
    parts: list[str] = []
    for _, group in groupby(enumerate(ordered), key=lambda one: one[1] - one[0]):
        row = [day for _, day in group]
        parts += [f"{row[0]}-{row[-1]}"] if len(row) >= _SHORTEST_RANGE else map(str, row)
    return parts + ["0"] * (0 in {*days})
