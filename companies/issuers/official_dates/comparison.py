"""What an import of official days records and takes back. Pure.

1. The same day of a code told again: what is told newly is added to what was known, nothing else happens.
2. Another day close to a known one: the same event, of which two sources say different days. The page of the exchange, which is
   complete, replaces what others said; a file only where it is told to (`replaces`), else what is known stays and is named.
3. What a complete page told of its period and tells no more is taken back: postponed or cancelled.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta

from companies.issuers.official_dates.errors import OfficialDatesHeld, OfficialDayTwice
from companies.issuers.official_dates.rows import Coverage, OfficialDay

#: Days of one kind and code that are no further apart are one event.
SAME_EVENT_WITHIN = timedelta(days=14)
#: Of what a page told before, at least this part has to be there still.
_LEAST_PART_STILL_THERE = 0.5
_TOLD = tuple(one.name for one in fields(OfficialDay) if one.name not in ("code", "kind", "official_on"))


@dataclass(frozen=True, slots=True)
class Known:
    """A day that is known, and who told it."""

    pk: int
    day: OfficialDay
    origin: str


@dataclass(slots=True)
class Difference:
    """What has to be done. `contradicted` are days of the source that were not taken, each with the one that is known."""

    recorded: list[OfficialDay] = field(default_factory=list)
    #: Who tells a day, where that is not the source itself.
    origins: dict[tuple[str, str, object], str] = field(default_factory=dict)
    withdrawn: list[Known] = field(default_factory=list)
    unchanged: int = 0
    contradicted: list[tuple[OfficialDay, OfficialDay]] = field(default_factory=list)


def without_repetition(days: Iterable[OfficialDay]) -> list[OfficialDay]:
    """Each once. Raises `OfficialDayTwice` where a day is told in two ways."""
    found: dict[tuple[str, str, object], OfficialDay] = {}
    for day in days:
        if found.setdefault(day.key, day) != day:
            raise OfficialDayTwice(day.code, day.official_on)
    return list(found.values())


def compare(
    told: Collection[OfficialDay],
    known: Collection[Known],
    *,
    origin: str,
    covers: Collection[Coverage] = (),
    replaces: bool = False,
    force: bool = False,
) -> Difference:
    """The difference. Raises `OfficialDatesHeld`, unless by `force`."""
    difference = Difference()
    keys = {day.key for day in told}
    gone = [
        one for one in known if one.origin == origin and one.day.key not in keys and any(c.has(one.day) for c in covers)
    ]
    if not force:
        _hold_what_is_cut(known, gone, origin, covers)
    difference.withdrawn = gone
    by_key = {one.day.key: one for one in known}
    close = _by_event(one for one in known if one not in gone)
    for day in told:
        if (same := by_key.get(day.key)) is not None:
            _tell_again(difference, day, same, origin if covers else same.origin)
            continue
        others = [one for one in close.get((day.code, day.kind), ()) if _is_same_event(one.day, day, keys)]
        if others and not (replaces or covers):
            difference.contradicted.append((day, others[0].day))
            continue
        difference.withdrawn += [one for one in others if one not in difference.withdrawn]
        difference.recorded.append(day)
    return difference


def _hold_what_is_cut(
    known: Collection[Known], gone: Collection[Known], origin: str, covers: Collection[Coverage]
) -> None:
    had = sum(one.origin == origin and any(c.has(one.day) for c in covers) for one in known)
    if had and len(gone) > had * (1 - _LEAST_PART_STILL_THERE):
        raise OfficialDatesHeld(known=had, missing=len(gone))


def _tell_again(difference: Difference, day: OfficialDay, same: Known, origin: str) -> None:
    """A complete page makes the day its own, so that it can take it back; a file adds to what another told."""
    news = {name: value for name in _TOLD if (value := getattr(day, name)) is not None}
    merged = replace(same.day, **news)
    if merged == same.day and origin == same.origin:
        difference.unchanged += 1
        return
    difference.origins[merged.key] = origin
    difference.withdrawn.append(same)
    difference.recorded.append(merged)


def _by_event(known: Iterable[Known]) -> Mapping[tuple[str, str], list[Known]]:
    found: dict[tuple[str, str], list[Known]] = {}
    for one in known:
        found.setdefault((one.day.code, one.day.kind), []).append(one)
    return found


def _is_same_event(known: OfficialDay, day: OfficialDay, keys: Collection[tuple[str, str, object]]) -> bool:
    """What the source tells as well is a day of its own."""
    return known.key not in keys and abs(known.official_on - day.official_on) <= SAME_EVENT_WITHIN
