"""A clerk who finds out who stood behind a code by looking, day by day, and never at an interval."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from companies.issuers.filer import TOLD_FIELDS, Filer
from tests.laws.reference import Universe


@dataclass(frozen=True)
class DatedFilers:
    """A code list of a day."""

    day: date
    filers: tuple[Filer, ...]


Behind = tuple[str, tuple[str | None, ...]]


def who_stood_behind(
    universes: Mapping[date, Universe], lists: Sequence[DatedFilers], days: Iterable[date]
) -> dict[tuple[str, date], Behind]:
    """By code and day. Of two lists of one day the later in the sequence counts; `universes` by the day of the list."""
    holding = {entry.day: entry for entry in lists}
    filers = {day: {filer.edinet_code: filer for filer in holding[day].filers} for day in sorted(holding)}
    found = {}
    wanted = list(days)
    for code in {code for universe in universes.values() for code in universe}:
        for day in wanted:
            run = _run_around(universes, code, day, wanted)
            if run is not None and (issuer := _issuer_of(code, day, run, filers, _runs(universes, code, wanted))):
                found[code, day] = (issuer, _told_on(day, issuer, filers))
    return found


def _is_listed(universes: Mapping[date, Universe], code: str, day: date) -> bool:
    in_force = max((list_day for list_day in universes if list_day <= day), default=None)
    return in_force is not None and code in universes[in_force]


def _runs(universes: Mapping[date, Universe], code: str, days: Sequence[date]) -> list[list[date]]:
    """The days on which a code was listed, in unbroken runs."""
    runs: list[list[date]] = []
    for day in days:
        if _is_listed(universes, code, day):
            if runs and runs[-1][-1] == day - timedelta(days=1):
                runs[-1].append(day)
            else:
                runs.append([day])
    return runs


def _run_around(universes: Mapping[date, Universe], code: str, day: date, days: Sequence[date]) -> list[date] | None:
    return next((run for run in _runs(universes, code, days) if day in run), None)


def _issuer_of(
    code: str, day: date, run: list[date], filers: Mapping[date, Mapping[str, Filer]], runs: list[list[date]]
) -> str | None:
    named = {
        list_day: filer.edinet_code
        for list_day, of_day in filers.items()
        for filer in of_day.values()
        if filer.securities_code is not None and filer.securities_code[:4] == code[:4]
    }
    within = [list_day for list_day in named if list_day in run]
    if within:
        passed = [list_day for list_day in within if list_day <= day]
        return named[max(passed) if passed else min(within)]
    others = [one for one in runs if one is not run]
    earlier = [d for d in named if d < run[0] and all(d > other[-1] for other in others if other[-1] < run[0])]
    if earlier:
        return named[max(earlier)]
    later = [d for d in named if d > run[-1] and all(d < other[0] for other in others if other[0] > run[-1])]
    return named[min(later)] if later else None


def _told_on(day: date, issuer: str, filers: Mapping[date, Mapping[str, Filer]]) -> tuple[str | None, ...]:
    told = []
    for field in TOLD_FIELDS:
        said = {
            list_day: value
            for list_day, of_day in filers.items()
            if issuer in of_day and (value := getattr(of_day[issuer], field)) is not None
        }
        passed = [list_day for list_day in said if list_day <= day]
        told.append(said[max(passed)] if passed else said[min(said)] if said else None)
    return tuple(told)
