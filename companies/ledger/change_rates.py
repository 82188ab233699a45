"""Judging whether a list changes more at once than such lists do: names, markets, sectors of thousands in a day. Pure.

Counted are changes against the nearest list that the other neighbour does not know either: a list that comes between two
others and only dates what is already recorded brings nothing to judge.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import date

from companies.errors import SnapshotRefused
from companies.fields import CompanyField
from companies.ledger.history import comparable_name
from companies.ledger.snapshot_rows import Rows, State
from companies.listed_issue import LEDGER_FIELDS

_SAMPLE = 10
#: What is counted: kind of change → codes.
Changes = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class ChangeRate:
    """What a kind of change may come to, in shares of the list: `at_once` on one day, and `per_day` between the two."""

    at_once: float
    per_day: float

    def allowed(self, rows: int, days: int) -> int:
        """How many issues of a list that long."""
        return int(rows * min(1.0, self.at_once + self.per_day * days))


@dataclass(frozen=True, slots=True)
class ChangePolicy:
    """The rate of each kind of change; `usual` for those not named. Up to `always_allowed` issues are never held."""

    usual: ChangeRate = ChangeRate(0.02, 0.0003)
    rates: Mapping[str, ChangeRate] = dataclass_field(default_factory=dict)
    always_allowed: int = 5

    def allowed(self, kind: str, rows: int, days: int) -> int:
        """How many issues may change in that way."""
        return max(self.always_allowed, self.rates.get(kind, self.usual).allowed(rows, days))


def change_policy(rates: Mapping[str, tuple[float, float]], *, always_allowed: int = 5) -> ChangePolicy:
    """The policy of settings: kind of change (or `usual`) → (share at once, share per day)."""
    read = {kind: ChangeRate(*pair) for kind, pair in rates.items()}
    usual = read.pop("usual", ChangePolicy().usual)
    return ChangePolicy(usual, read, always_allowed)


def refuse_unusual_changes(
    rows: Rows,
    *,
    day: date,
    nearest: Rows,
    nearest_day: date,
    load_others: Callable[[], Iterable[Rows]],
    policy: ChangePolicy,
    codes: Collection[str] | None = None,
) -> None:
    """Raise a `SnapshotRefused` that can be forced where a kind of change is above its rate.

    `codes` are those whose rows differ from the nearest list's, where that is known. `load_others` gives the other lists
    around the day, and is asked only when something is above its rate.
    """
    days = abs((day - nearest_day).days)
    changes = count_changes(nearest, rows, nearest.keys() | rows.keys() if codes is None else codes)
    if not _above(changes, policy, len(nearest), days):
        return
    for other in load_others():
        changes = _unknown_to(other, changes, rows)
    above = _above(changes, policy, len(nearest), days)
    if not above:
        return
    worst = max(above, key=lambda kind: len(changes[kind]) - above[kind])
    details = {
        "kind": worst,
        "count": len(changes[worst]),
        "allowed": above[worst],
        "days": days,
        "rows": len(rows),
        "nearest_rows": len(nearest),
        "nearest_date": nearest_day.isoformat(),
        "missing": len(nearest.keys() - rows.keys()),
        "sample": sorted(changes[worst])[:_SAMPLE],
        "rules": [
            {"kind": kind, "count": len(changes[kind]), "allowed": allowed} for kind, allowed in sorted(above.items())
        ],
    }
    raise SnapshotRefused("unusual_changes", details, can_be_forced=True)


def count_changes(before: Rows, after: Rows, codes: Collection[str]) -> Changes:
    """The issues of `codes` that came (`listed`), or whose fields say something else, by kind. Those that went are
    counted by `companies.ledger.completeness`.
    """
    changes: Changes = {}
    for code in codes:
        row = after.get(code)
        if row is not None:
            for kind in _kinds_of_change(before.get(code), row):
                changes.setdefault(kind, set()).add(code)
    return changes


def _kinds_of_change(old: State | None, new: State, *, is_untold_other: bool = False) -> set[str]:
    """`is_untold_other`: whether a value counts as another one where the old row does not say it."""
    if old is None:
        return {"listed"}
    if old == new:
        return set()
    return {
        field.event
        for field, before, after in zip(LEDGER_FIELDS, old, new, strict=True)
        if before != after
        and after is not None
        and (is_untold_other if before is None else _differ(field, before, after))
    }


def _differ(field: CompanyField, before: str, after: str) -> bool:
    return not field.is_name or comparable_name(before) != comparable_name(after)


def _unknown_to(other: Rows, changes: Changes, rows: Rows) -> Changes:
    """The changes without those that another list around the day says as well."""
    fresh = {
        code: _kinds_of_change(other[code], rows[code], is_untold_other=True)
        for code in set().union(*changes.values()) & other.keys()
    }
    return {kind: {code for code in codes if kind in fresh.get(code, {kind})} for kind, codes in changes.items()}


def _above(changes: Changes, policy: ChangePolicy, rows: int, days: int) -> dict[str, int]:
    allowed = {kind: policy.allowed(kind, rows, days) for kind in changes}
    return {kind: allowed[kind] for kind, codes in changes.items() if len(codes) > allowed[kind]}
