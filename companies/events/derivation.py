"""The listing events that follow from a company's versions and the days of the lists: what the view `listing_events` says of the same.
Pure.

The view finds events of a day or a kind among all companies; this says all of some companies at once, in a fiftieth of the time. The
laws hold the two together (`tests/laws`).
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from companies.fields import COMPANY_FIELDS
from companies.ledger.history import Version
from companies.ledger.snapshot_rows import State
from companies.listed_issue import LEDGER_FIELDS

#: By kind of event the places of its fields in a state; of those that changed the first is the headline.
_PLACES_BY_KIND: dict[str, list[int]] = {}
for _field in COMPANY_FIELDS:
    _PLACES_BY_KIND.setdefault(_field.event, []).append(LEDGER_FIELDS.index(_field))
_NAMES = [field.name for field in LEDGER_FIELDS]
# As PostgreSQL keeps the members of a JSON object.
_JSON_ORDER = sorted(range(len(_NAMES)), key=lambda place: (len(_NAMES[place]), _NAMES[place]))
_NAME, _MARKET = _NAMES.index("company_name"), _NAMES.index("market_code")

Event = dict[str, Any]


def derive_events(code: str, versions: Sequence[Version], list_days: Sequence[date]) -> Iterator[Event]:
    """The events of one company, with all of its versions, oldest first; in the order of their dates and kinds. Their official days are not
    of the lists: `companies.events.official` adds them.
    """
    found = [event for place in range(len(versions)) for event in _events_of(versions, place, list_days)]
    for event in sorted(filter(None, found), key=lambda event: (event["date"], event["type"])):
        before = bisect_left(list_days, event["date"])
        yield {
            "date": event["date"], "observed_after": list_days[before - 1] if before else None, "type": event["type"],
            "code": code, **{name: event[name] for name in event if name not in ("date", "type")},
        }  # fmt: skip


def _events_of(versions: Sequence[Version], place: int, list_days: Sequence[date]) -> Iterator[Event | None]:
    version = versions[place]
    before = versions[place - 1] if place else None
    after = versions[place + 1] if place + 1 < len(versions) else None
    if before is not None and before.valid_until == version.valid_from:
        for kind in _PLACES_BY_KIND:
            yield tell_event(version.valid_from, kind, before.state, version.state)
    elif list_days and version.valid_from > list_days[0]:
        # Not in the first list, whose companies were listed before anything is known.
        yield tell_event(version.valid_from, "listed" if before is None else "relisted", None, version.state)
    until = version.valid_until
    if until is not None and (after is None or after.valid_from != until):
        yield tell_event(until, "delisted", version.state, None)


def tell_event(day: date, kind: str, before: State | None, after: State | None) -> Event | None:
    """What an event tells, from the states that a company had before and after it (`None`: it was not listed). `None` where nothing of
    that kind changed: a value that was not told before is news to us, not a change.
    """
    if before is not None and after is not None:
        changed = [
            place
            for place in _PLACES_BY_KIND[kind]
            if None not in (before[place], after[place]) and before[place] != after[place]
        ]
    else:
        changed = [_NAME, *(place for place in range(len(_NAMES)) if place != _NAME)]
    state = before if after is None else after
    if not changed or state is None:
        return None
    pairs = {place: [before and before[place], after and after[place]] for place in changed}
    old, new = pairs[changed[0]]
    changes = {_NAMES[place]: pairs[place] for place in _JSON_ORDER if place in pairs}
    return {
        "date": day, "type": kind, "company_name": state[_NAME], "market_code": state[_MARKET],
        "old_value": old, "new_value": new, "changes": changes,
    }  # fmt: skip
