"""How the universes of two days differ."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from companies.choices import ChangeType
from companies.known.reading import NOW, LedgerReading
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS


def list_differences(first: date, second: date, reading: LedgerReading = NOW) -> list[dict[str, Any]]:
    """How the universes of two days differ, by code. A value that was not told on one of them is no difference."""
    before, after = _states(reading, first, unlike=second), _states(reading, second, unlike=first)
    found = []
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        pairs = {field: [old and old[field], new and new[field]] for field in TRACKED_FIELDS}
        if old is not None and new is not None:
            kind = ChangeType.CHANGED
            pairs = {field: pair for field, pair in pairs.items() if None not in pair and pair[0] != pair[1]}
        else:
            kind = ChangeType.LISTED if old is None else ChangeType.DELISTED
        state = new or old
        if pairs and state is not None:
            found.append({"code": code, "company_name": state["company_name"], "type": kind.value, "changes": pairs})
    return found


def _states(reading: LedgerReading, day: date, *, unlike: date) -> dict[str, dict[str, Any]]:
    """The states on a day, without those that held on the other day as well."""
    rows = reading.versions.as_of(day).exclude(validity__contains=unlike)
    values: Iterable[Any] = rows.values_list(reading.code_path, *(field.path for field in LEDGER_FIELDS))
    return {code: dict(zip(TRACKED_FIELDS, state, strict=True)) for code, *state in values}
