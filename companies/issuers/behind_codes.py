"""Who stood behind a company, from the lists of issuers and its own presence. Pure: no database, no clock.

Within an unbroken presence a list that names an issuer for the code holds up to the next one that does; the first is carried
back to the beginning and the last on to the end. Where no list within it names one, the newest before it does, if it came
after the presence before, else the first after it, if it came before the next presence.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from companies.issuers.filer import FILER_FIELDS, TOLD_FIELDS
from companies.ledger.history import Version

#: First day, and the day after the last, if it has ended.
Presence = tuple[date, date | None]
#: The date of a list, and the EDINET code that it gives for the code.
Statement = tuple[date, str]
#: The values of `TOLD_FIELDS`.
Told = tuple[str | None, ...]

_TOLD = tuple(FILER_FIELDS.index(name) for name in TOLD_FIELDS)
_SECURITIES_CODE = FILER_FIELDS.index("securities_code")


@dataclass(frozen=True, slots=True)
class Behind:
    """An issuer, what is told of it, and from which day up to which it stood behind the company (`None`: it still does)."""

    valid_from: date
    valid_until: date | None
    edinet_code: str
    told: Told


def stood_behind(
    presences: Sequence[Presence], statements: Sequence[Statement], filers: Mapping[str, Sequence[Version]]
) -> list[Behind]:
    """Oldest first. `statements` are in order, and so are the versions of each filer."""
    found: list[Behind] = []
    for place, presence in enumerate(presences):
        before = presences[place - 1][1] if place else None
        after = presences[place + 1][0] if place + 1 < len(presences) else None
        named = _of_presence(presence, statements, before=before, after=after)
        for number, (_, edinet_code) in enumerate(named):
            begin = presence[0] if number == 0 else named[number][0]
            end = presence[1] if number + 1 == len(named) else named[number + 1][0]
            found += _told_between(begin, end, edinet_code, filers.get(edinet_code, ()))
    return _joined(found)


def statements_of(histories: Mapping[str, Sequence[Version]], days: Sequence[date]) -> dict[str, list[Statement]]:
    """By the first four characters of the code, which all classes of shares have in common; `days` are those of the lists."""
    found: dict[str, list[Statement]] = {}
    for edinet_code, versions in histories.items():
        for version in versions:
            code = version.state[_SECURITIES_CODE]
            if code is not None:
                end = len(days) if version.valid_until is None else bisect_left(days, version.valid_until)
                named = days[bisect_left(days, version.valid_from) : end]
                found.setdefault(code[:4], []).extend((day, edinet_code) for day in named)
    for statements in found.values():
        statements.sort()
    return found


def _of_presence(
    presence: Presence, statements: Sequence[Statement], *, before: date | None, after: date | None
) -> list[Statement]:
    """Those that count: where the issuer stays the same, the first."""
    begin, end = presence
    within = [named for named in statements if begin <= named[0] and (end is None or named[0] < end)]
    if not within:
        earlier = [named for named in statements if named[0] < begin and (before is None or named[0] >= before)]
        later = [
            named for named in statements if end is not None and named[0] >= end and (after is None or named[0] < after)
        ]
        within = earlier[-1:] or later[:1]
    return [named for place, named in enumerate(within) if place == 0 or named[1] != within[place - 1][1]]


def _told_between(begin: date, end: date | None, edinet_code: str, versions: Sequence[Version]) -> Iterator[Behind]:
    """What the lists tell of the filer, from list to list; the first tells of before it, too, and so does whoever is the first
    to say something that those before it do not say.
    """
    days = [version.valid_from for version in versions]
    told = _filled([tuple(version.state[place] for place in _TOLD) for version in versions])
    first = max(bisect_right(days, begin) - 1, 0)
    starts = [begin, *(day for day in days[first + 1 :] if end is None or day < end)]
    for number, start in enumerate(starts):
        yield Behind(start, starts[number + 1] if number + 1 < len(starts) else end, edinet_code, told[first + number])


def _filled(told: Sequence[Told]) -> list[Told]:
    """What is not said is as it was said last; what is not said yet as it is said first."""
    return _carried(_carried(told)[::-1])[::-1]


def _carried(told: Sequence[Told]) -> list[Told]:
    carried: list[Told] = []
    last: Told = (None,) * len(TOLD_FIELDS)
    for values in told:
        last = tuple(old if value is None else value for value, old in zip(values, last, strict=True))
        carried.append(last)
    return carried


def _joined(found: Sequence[Behind]) -> list[Behind]:
    """Adjacent ones that tell the same, as one."""
    joined: list[Behind] = []
    for one in found:
        last = joined[-1] if joined else None
        if last and (last.valid_until, last.edinet_code, last.told) == (one.valid_from, one.edinet_code, one.told):
            joined[-1] = Behind(last.valid_from, one.valid_until, one.edinet_code, one.told)
        else:
            joined.append(one)
    return joined
