"""The history as a patient clerk would keep it: plain Python, day by day, whole lists; slow, and easy to see through."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from companies.listed_issue import TRACKED_FIELDS, ListedIssue
from companies.search.folding import search_text

Universe = dict[str, dict[str, str | None]]

_EVENT_FIELDS = {
    "renamed": ("company_name", "company_name_english"),
    "market_changed": ("market_code",),
    "sector_changed": ("sector33_code", "sector17_code"),
    "scale_changed": ("scale_category",),
    "margin_changed": ("margin_code",),
    "product_changed": ("product_category",),
}


@dataclass(frozen=True)
class DatedList:
    """One list as it is handed to the ledger."""

    day: date
    source: str
    issues: tuple[ListedIssue, ...]


def holding_lists(lists: Sequence[DatedList]) -> list[DatedList]:
    """What holds after the lists were recorded in that order: the last one of the strongest source for each day."""
    strength = {"jpx": 1, "jquants": 2}
    holding: dict[date, DatedList] = {}
    for entry in lists:
        held = holding.get(entry.day)
        if held is None or strength[entry.source] >= strength[held.source]:
            holding[entry.day] = entry
    return [holding[day] for day in sorted(holding)]


def universes(lists: Sequence[DatedList]) -> dict[date, Universe]:
    """Everything that is known on each day with a list."""
    known: dict[date, Universe] = {}
    yesterday: Universe = {}
    for entry in holding_lists(lists):
        today: Universe = {}
        for issue in entry.issues:
            state = {field: getattr(issue, field) for field in TRACKED_FIELDS}
            for field, old in yesterday.get(issue.code, {}).items():
                if state[field] is None or (field.startswith("company_name") and _same_name(old, state[field])):
                    state[field] = old
            today[issue.code] = state
        known[entry.day] = yesterday = today
    return known


def versions(known: Mapping[date, Universe]) -> list[tuple[str, date, date | None, dict[str, str | None]]]:
    """The runs of days with one state: (code, first day, day after the last or None, state)."""
    days = sorted(known)
    runs = []
    for code in sorted({code for universe in known.values() for code in universe}):
        start: date | None = None
        for position, day in enumerate(days):
            state = known[day].get(code)
            if state is None:
                continue
            before = known[days[position - 1]].get(code) if position else None
            if state != before:
                start = day
            after = known[days[position + 1]].get(code) if position + 1 < len(days) else state
            if after != state or position + 1 == len(days):
                end = days[position + 1] if position + 1 < len(days) else None
                assert start is not None
                runs.append((code, start, end, state))
    return runs


def events(known: Mapping[date, Universe]) -> set[tuple[date, date, str, str, str]]:
    """What happened between one list and the next: (day of the one, of the other, code, type, changes as sorted text)."""
    days = sorted(known)
    happened = set()
    for position, day in enumerate(days[1:], start=1):
        since = days[position - 1]
        yesterday, today = known[since], known[day]
        ever_before = {code for earlier in days[:position] for code in known[earlier]}
        for code in yesterday.keys() - today.keys():
            happened.add((since, day, code, "delisted", show({f: [v, None] for f, v in yesterday[code].items()})))
        for code in today.keys() - yesterday.keys():
            kind = "relisted" if code in ever_before else "listed"
            happened.add((since, day, code, kind, show({f: [None, v] for f, v in today[code].items()})))
        for code in yesterday.keys() & today.keys():
            for kind, fields in _EVENT_FIELDS.items():
                pairs = {f: [yesterday[code][f], today[code][f]] for f in fields}
                changes = {f: p for f, p in pairs.items() if None not in p and p[0] != p[1]}
                if changes:
                    happened.add((since, day, code, kind, show(changes)))
    return happened


def companies(known: Mapping[date, Universe], today: date | None = None) -> dict[str, dict[str, Any]]:
    """What is known of every company that ever was, in its latest state: every column that follows from the lists. Of lists after
    today (if there is one) nothing is seen yet; who is in no other one is still to come, and told of as the first of them does.
    """
    days = [day for day in sorted(known) if today is None or day <= today]
    found = {}
    for code in {code for universe in known.values() for code in universe}:
        seen = [day for day in days if code in known[day]]
        is_coming = not seen
        if is_coming:
            seen = [min(day for day in known if code in known[day])]
        state = known[seen[-1]][code]
        found[code] = {
            **state,
            "jquants_code": code if len(code) == 5 else f"{code}0",
            "search_text": search_text(code, state["company_name"] or "", state["company_name_english"]),
            "reference_date": seen[-1],
            "is_active": not is_coming and seen[-1] == days[-1],
            "is_coming": is_coming,
            "first_seen_on": seen[0],
            "last_seen_on": seen[-1],
        }
    return found


def show(changes: Mapping[str, Any]) -> str:
    """Changes in a form that can be compared and hashed."""
    return str(sorted((field, list(pair)) for field, pair in changes.items()))


def _same_name(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """As the clerk reads: letters that leave no mark are none, and of letters that another table would have written the
    clerk takes the one that Microsoft's gives.
    """
    seen = [
        _RADICALS.get(letter, _as_microsoft_has_it(letter))
        for letter in name
        if unicodedata.category(letter) != "Cf" and not unicodedata.name(letter, "").startswith("VARIATION SELECTOR")
    ]
    return " ".join(unicodedata.normalize("NFKC", "".join(seen)).split())


def _as_microsoft_has_it(letter: str) -> str:
    try:
        return letter.encode("shift_jis").decode("cp932")
    except UnicodeError:
        return letter


# Those of the laws' names.
_RADICALS = {"⻑": "長"}
