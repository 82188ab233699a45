"""How the universes of two days differ, and what that makes of the numbers of their markets and sectors."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from companies.choices import ChangeType
from companies.fields import FIELD_BY_NAME
from companies.known.reading import NOW, LedgerReading
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS

#: The values of a company's fields, in the order of the ledger's.
State = tuple[Any, ...]
_PLACES = {name: place for place, name in enumerate(TRACKED_FIELDS)}


@dataclass(frozen=True, slots=True)
class Difference:
    """How a company differs: its states on both days (`None`: it was not listed)."""

    code: str
    kind: ChangeType
    before: State | None
    after: State | None

    @property
    def company_name(self) -> str:
        """The newer one."""
        return str(self.value("company_name", is_newer=self.after is not None))

    @property
    def changes(self) -> dict[str, list[Any]]:
        """The fields that differ, each with both values: of who came or went all."""
        return {
            field: [self.before and self.before[place], self.after and self.after[place]]
            for field, place in _PLACES.items()
            if self.changed(field)
        }

    def value(self, field: str, *, is_newer: bool) -> Any:
        """On the one day or the other; nothing where it was not listed."""
        state = self.after if is_newer else self.before
        return None if state is None else state[_PLACES[field]]

    def changed(self, field: str) -> bool:
        """Whether that is other than before. A value that was not told on one of the days is no difference."""
        place = _PLACES[field]
        return self.before is None or self.after is None or _differs(self.before[place], self.after[place])

    def has(self, field: str, value: str) -> bool:
        """Whether it had that value on either day."""
        return value in (self.value(field, is_newer=False), self.value(field, is_newer=True))


def _differs(old: Any, new: Any) -> bool:
    return old != new and old is not None and new is not None


@dataclass(frozen=True, slots=True)
class Total:
    """How many companies had a value on both days, and how the one number came of the other: listed and delisted in between, or moved."""

    code: str | None
    before: int
    after: int
    listed: int
    delisted: int
    moved_in: int
    moved_out: int

    @property
    def change(self) -> str:
        """With its sign."""
        return f"{self.after - self.before:+,}" if self.after != self.before else "0"


def compare_universes(first: date, second: date, reading: LedgerReading = NOW) -> list[Difference]:
    """By code."""
    before, after = _states(reading, first, unlike=second), _states(reading, second, unlike=first)
    found = []
    for code in sorted(before.keys() | after.keys()):
        old, new = before.get(code), after.get(code)
        if old is None or new is None:
            found.append(Difference(code, ChangeType.LISTED if old is None else ChangeType.DELISTED, old, new))
        elif any(map(_differs, old, new)):
            found.append(Difference(code, ChangeType.CHANGED, old, new))
    return found


def list_differences(first: date, second: date, reading: LedgerReading = NOW) -> list[dict[str, Any]]:
    """The same as the API tells it."""
    return [
        {"code": one.code, "company_name": one.company_name, "type": one.kind.value, "changes": one.changes}
        for one in compare_universes(first, second, reading)
    ]


def total_by(field: str, first: date, second: date, found: Sequence[Difference]) -> list[Total]:
    """For each value of a field that a company had on either day; `found` are all differences of the two."""
    before, after = (_count(field, day) for day in (first, second))
    moved = [one for one in found if one.kind is ChangeType.CHANGED and one.changed(field)]
    listed, delisted = (
        Counter(one.value(field, is_newer=is_newer) for one in found if one.kind is kind)
        for kind, is_newer in ((ChangeType.LISTED, True), (ChangeType.DELISTED, False))
    )
    moved_out, moved_in = (Counter(one.value(field, is_newer=is_newer) for one in moved) for is_newer in (False, True))
    return [
        Total(value, before[value], after[value], listed[value], delisted[value], moved_in[value], moved_out[value])
        for value in before | after
    ]


def _count(field: str, day: date) -> Counter[str | None]:
    path = FIELD_BY_NAME[field].path
    return Counter(dict(NOW.versions.as_of(day).order_by().values_list(path).annotate(count=Count("pk"))))


def _states(reading: LedgerReading, day: date, *, unlike: date) -> dict[str, State]:
    """The states on a day, without those that held on the other day as well: by what ended or began in between, so that days with few
    differences cost little, however many versions there are.
    """
    if day < unlike:
        between = {"validity__endswith__gt": day, "validity__endswith__lte": unlike}
    else:
        between = {"validity__startswith__gt": unlike, "validity__startswith__lte": day}
    rows = reading.versions.as_of(day).filter(**between)
    values: Iterable[Any] = rows.values_list(reading.code_path, *(field.path for field in LEDGER_FIELDS))
    return {row[0]: row[1:] for row in values}
