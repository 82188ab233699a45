"""The lists of every business day of a long life, the same on every machine: month ends, and what differs between two of them on days in between."""

import random
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

from bench.lists import change_some, make_list
from companies.listed_issue import ListedIssue
from syncjobs.list_files import read_list_file

Issues = dict[str, ListedIssue]
#: The list of each stop by code, and the business days up to it from the stop before.
Stop = tuple[Issues, int]

#: Twenty years from here are over everywhere.
FIRST_DAY = date(2006, 1, 4)
#: Business days of the exchange in a year.
DAYS_A_YEAR = 245
_DAYS_A_MONTH = 20
# What comes and goes in a month, in shares of the list; half of what changes are names, half scale classes. With them an issue has
# 0.2 to 0.3 versions a year, as on the exchange (docs/scaling.md).
_COMING, _GOING, _CHANGING = 0.0020, 0.0016, 0.0180
# As many codes as `bench.lists` can make; then those of who left come back.
_MOST_CODES = 58_000
# Where more than this share of a list says another market, the exchange was put in another order, from one day to the next.
_REORGANISED = 0.05


def daily_lists(stops: Iterator[Stop], days: int) -> Iterator[tuple[date, list[ListedIssue]]]:
    """The lists of so many business days, the first that of the first stop. Longer lives begin with the shorter ones."""
    calendar = business_days(days)
    yield next(calendar), list((current := dict(next(stops)[0])).values())
    for place, (issues, gap) in enumerate(stops):
        for codes in _spread(current, issues, gap, seed=place):
            if (day := next(calendar, None)) is None:
                return
            for code in codes:
                if code in issues:
                    current[code] = issues[code]
                else:
                    del current[code]
            yield day, list(current.values())


def business_days(days: int) -> Iterator[date]:
    """So many weekdays; every sixteenth is left out, as many as the exchange is closed on."""
    found, day = 0, FIRST_DAY
    while found < days:
        # 261 weekdays a year.
        if day.weekday() < 5 and day.toordinal() % 16:
            found += 1
            yield day
        day += timedelta(days=1)


def made_stops(size: int) -> Iterator[Stop]:
    """Month ends with about `size` issues, without end."""
    # As a source says it whose plan has no margin classes.
    reserve = [replace(issue, margin_code=None) for issue in make_list(min(_MOST_CODES, size * 3))]
    issues = {issue.code: issue for issue in reserve[:size]}
    waiting = deque(reserve[size:])
    yield issues, 0
    month = 0
    while True:
        month += 1
        chance = random.Random(month)  # noqa: S311 repeatable, nothing secret
        gone = chance.sample(sorted(issues), max(1, round(len(issues) * _GOING)))
        waiting.extend(issues[code] for code in gone)
        staying = [issue for code, issue in issues.items() if code not in {*gone}]
        coming = [waiting.popleft() for _ in range(min(len(waiting), max(1, round(size * _COMING))))]
        changed = change_some(staying, _CHANGING, seed=month)
        issues = {issue.code: issue for issue in (*changed, *coming)}
        yield issues, _DAYS_A_MONTH


def stops_of_folder(folder: Path) -> Iterator[Stop]:
    """The lists of the files in a folder in the order of their days, then back and to and fro without end, as far apart as they are. Raises `ListFileError`
    for a file that is none.
    """
    found = {}
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".csv", ".xls", ".xlsx")):
        read = read_list_file(path.read_bytes())
        found[read.date_in_force] = {issue.code: issue for issue in read.issues}
    days = sorted(found)
    if len(days) < 2:
        raise ValueError(f"{folder}: 一覧が 2 つ以上必要です（{len(days)} 件）。")
    steps = [(one, other, round((other - one).days * DAYS_A_YEAR / 365.25)) for one, other in pairwise(days)]
    yield found[days[0]], 0
    while True:
        yield from ((found[other], max(1, gap)) for _, other, gap in steps)
        yield from ((found[one], max(1, gap)) for one, _, gap in reversed(steps))


def _spread(before: Issues, after: Issues, days: int, *, seed: int) -> list[list[str]]:
    """The codes whose rows differ, by the day on which they change; those that change together on one."""
    chance = random.Random(seed)  # noqa: S311 repeatable, nothing secret
    differing = [code for code in {**before, **after} if before.get(code) != after.get(code)]
    moved = [
        code
        for code in differing
        if code in before and code in after and before[code].market_code != after[code].market_code
    ]
    together = {*moved} if len(moved) > _REORGANISED * len(after) else set()
    spread: list[list[str]] = [[] for _ in range(days)]
    for code in differing:
        spread[days // 2 if code in together else chance.randrange(days)].append(code)
    return spread
