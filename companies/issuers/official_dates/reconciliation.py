"""Official days beside the events that follow from lists: which belong together, and why others do not. Pure.

1. Within a code, an event takes the official day that `events.official` tells of it: they agree.
2. Of what is left, an event and a day no further from its lists than `_PAIRED_WITHIN` are one that lies outside the interval.
3. The others are alone. `difference_causes` finds out why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from companies.events.official import OFFICIAL_KIND, find_official_on, is_between
from companies.issuers.official_dates.causes import EXPLAINED, Agreement, Cause

_PAIRED_WITHIN = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class DerivedEvent:
    """A listing or delisting that lists show. `is_covered`: the exchange's pages tell of such issues at all."""

    code: str
    event_type: str
    observed_after: date | None
    day: date
    company_name: str
    is_covered: bool = True

    @property
    def kind(self) -> str:
        """As the exchange calls it."""
        return OFFICIAL_KIND[self.event_type]


@dataclass(frozen=True, slots=True)
class Compared:
    """An official day, an event, or both. `key` names it as long as its days, its lists and its cause stay what they are."""

    agreement: str
    kind: str
    code: str
    company_name: str
    official_on: date | None
    observed_after: date | None
    day: date | None
    cause: str = ""

    @property
    def key(self) -> str:
        """For `AcceptedDifference`."""
        days = "/".join(str(day) for day in (self.official_on, self.observed_after, self.day) if day is not None)
        return f"{self.agreement}:{self.cause}:{self.kind}:{self.code}:{days}"

    @property
    def is_difference(self) -> bool:
        return self.agreement != Agreement.AGREEING

    @property
    def is_explained(self) -> bool:
        """By its cause alone."""
        return not self.is_difference or self.cause in EXPLAINED


@dataclass(slots=True)
class Lists:
    """What the lists say: their days, and when each code was listed, as (first list with it, first list without it or `None`)."""

    days: Sequence[date]
    presence: Mapping[str, Sequence[tuple[date, date | None]]] = field(default_factory=dict)


def pair(
    events: Iterable[DerivedEvent],
    official: Mapping[str, Sequence[tuple[str, date, str | None]]],
    names: Mapping[str, str],
) -> list[Compared]:
    """All events and official days, each once; without causes, but for slips."""
    by_code: dict[str, list[DerivedEvent]] = {}
    for event in events:
        by_code.setdefault(event.code, []).append(event)
    found: list[Compared] = []
    for code in sorted({*by_code, *official}):
        for kind in ("listed", "delisted"):
            of_kind = [event for event in by_code.get(code, ()) if event.kind == kind]
            days = [day for told, day, _reason in official.get(code, ()) if told == kind]
            found += _pair_code(code, kind, of_kind, days, names.get(code, ""))
    return found


def _pair_code(
    code: str, kind: str, events: Sequence[DerivedEvent], days: Sequence[date], name: str
) -> Iterable[Compared]:
    left, alone = list(days), []
    for event in events:
        on = find_official_on(event.event_type, event.observed_after, event.day, [(kind, day) for day in left])
        if on is None:
            alone.append(event)
            continue
        left.remove(on)
        cause = Cause.NONE if is_between(on, event.observed_after, event.day) else Cause.NON_TRADING_DAY
        yield _compared(Agreement.AGREEING, event, on, cause)
    for event in alone:
        near = min(left, key=lambda day, event=event: _distance(event, day), default=None)  # type: ignore[misc]
        if near is None or _distance(event, near) > _PAIRED_WITHIN:
            yield _compared(Agreement.ONLY_DERIVED, event, None)
            continue
        left.remove(near)
        yield _compared(Agreement.OUTSIDE_INTERVAL, event, near)
    for day in left:
        yield Compared(Agreement.ONLY_OFFICIAL, kind, code, name, day, None, None)


def _distance(event: DerivedEvent, day: date) -> timedelta:
    if event.observed_after is not None and day <= event.observed_after:
        return event.observed_after - day + timedelta(days=1)
    return max(day - event.day, timedelta())


def _compared(agreement: str, event: DerivedEvent, on: date | None, cause: str = Cause.NONE) -> Compared:
    return Compared(
        agreement, event.kind, event.code, event.company_name, on, event.observed_after, event.day, str(cause)
    )
