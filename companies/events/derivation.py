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
    for event in sorted(found, key=lambda event: (event["date"], event["type"])):
        before = bisect_left(list_days, event["date"])
        yield {
            "date": event["date"], "observed_after": list_days[before - 1] if before else None, "official_on": None, "type": event["type"],
            "code": code, **{name: event[name] for name in event if name not in ("date", "type")},
        }  # fmt: skip


def _events_of(versions: Sequence[Version], place: int, list_days: Sequence[date]) -> Iterator[Event]:
    version = versions[place]
    before = versions[place - 1] if place else None
    after = versions[place + 1] if place + 1 < len(versions) else None
    if before is not None and before.valid_until == version.valid_from:
        yield from _changes(before, version)
    elif list_days and version.valid_from > list_days[0]:
        # Not in the first list, whose companies were listed before anything is known.
        kind = "listed" if before is None else "relisted"
        told = {_NAMES[field]: [None, version.state[field]] for field in _JSON_ORDER}
        yield _event(version.valid_from, kind, version, (None, version.state[_NAME]), told)
    until = version.valid_until
    if until is not None and (after is None or after.valid_from != until):
        told = {_NAMES[field]: [version.state[field], None] for field in _JSON_ORDER}
        yield _event(until, "delisted", version, (version.state[_NAME], None), told)


def _changes(before: Version, version: Version) -> Iterator[Event]:
    """A value that was not told before is news to us, not a change."""
    old, new = before.state, version.state
    for kind, places in _PLACES_BY_KIND.items():
        changed = [place for place in places if None not in (old[place], new[place]) and old[place] != new[place]]
        if changed:
            told = {_NAMES[place]: [old[place], new[place]] for place in _JSON_ORDER if place in changed}
            yield _event(version.valid_from, kind, version, (old[changed[0]], new[changed[0]]), told)


def _event(
    day: date,
    kind: str,
    version: Version,
    headline: tuple[str | None, str | None],
    changes: dict[str, list[str | None]],
) -> Event:
    return {
        "date": day, "type": kind, "company_name": version.state[_NAME], "market_code": version.state[_MARKET],
        "old_value": headline[0], "new_value": headline[1], "changes": changes,
    }  # fmt: skip
