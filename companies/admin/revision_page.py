"""What a revision changed, laid out for its page. It opens as fast for the first list of all as for a daily one: companies
beyond the first of them are counted only.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext

from companies.admin.revision_facts import fact_changes
from companies.choices import EventType
from companies.events.intervals import describe_when
from companies.events.wording import EventWording, StateWording
from companies.feed.revision_changes import Row, find_moved_days, load_event_changes
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import Company, CompanyVersion, LedgerRevision, WithdrawnVersion
from database.connections import one_snapshot

#: Companies whose changes are told one by one.
SHOWN_COMPANIES = 200
SHOWN_EVENTS = 200
_READ = ("code", "validity", *(field.path for field in LEDGER_FIELDS))

#: First day, day after the last (`None`: open), state in the order of the ledger's fields.
_Version = tuple[date, date | None, tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Difference:
    """What is known otherwise of a company in a period: from its first day to its last (`None`: until now)."""

    code: str
    name: str
    first_day: date
    last_day: date | None
    is_new: bool
    is_gone: bool
    changes: list[tuple[str, str, str]]


def count_versions(numbers: Sequence[int]) -> dict[int, tuple[int, int]]:
    """How many versions each of the revisions recorded and took back: three grouped queries."""
    recorded, withdrawn = Counter[int](), Counter[int]()
    for counter, model, column in (
        (recorded, CompanyVersion, "recorded_in"), (recorded, WithdrawnVersion, "recorded_in"),
        (withdrawn, WithdrawnVersion, "withdrawn_in"),
    ):  # fmt: skip
        rows = model.objects.filter(**{f"{column}__in": numbers}).order_by().values_list(column)
        counter.update(dict(rows.annotate(count=Count("pk"))))
    return {number: (recorded[number], withdrawn[number]) for number in numbers}


def revision_changes(revision: LedgerRevision) -> dict[str, Any]:
    """The figures, the companies that changed, the events that came and went, and the neighbours."""
    number = revision.pk
    with one_snapshot():
        codes = _changed_codes(number)
        shown = codes[:SHOWN_COMPANIES]
        # Events of thousands of companies take a second to derive: of so many only those that are shown are compared.
        moved = find_moved_days([number]).get(number, set()) if len(shown) == len(codes) else set()
        disappeared, appeared = load_event_changes(number, set(shown), moved) if shown or moved else ([], [])
        differences = list(_differences(number, shown))
        recorded, withdrawn = count_versions([number])[number]
        neighbours = set(
            LedgerRevision.objects.filter(number__in=(number - 1, number + 1)).values_list("number", flat=True)
        )
        told = {*shown, *(event["code"] for event in (*disappeared, *appeared))}
        ids = dict(Company.objects.filter(code__in=told).values_list("code", "pk"))
    return {
        "recorded_count": recorded, "withdrawn_count": withdrawn, "company_count": len(codes), "shown_companies": len(shown),
        "differences": [(ids.get(one.code), one) for one in differences],
        "events": _event_sections(appeared, disappeared, ids),
        **fact_changes(number),
        "before": number - 1 if number - 1 in neighbours else None,
        "after": number + 1 if number + 1 in neighbours else None,
    }  # fmt: skip


def _changed_codes(number: int) -> list[str]:
    rows = CompanyVersion.objects.filter(recorded_in=number).values_list("code")
    for column in ("recorded_in", "withdrawn_in"):
        rows = rows.union(WithdrawnVersion.objects.filter(**{column: number}).values_list("code"))
    return sorted(code for (code,) in rows)


def _differences(number: int, codes: Collection[str]) -> Iterator[Difference]:
    """Where the states that were taken back and those that were recorded differ, company by company, oldest first. What was
    recorded again as it was, with another end, is no difference but beyond that end.
    """
    before = _versions(WithdrawnVersion.objects.filter(withdrawn_in=number, code__in=codes))
    after = _versions(CompanyVersion.objects.filter(recorded_in=number, code__in=codes))
    for code, versions in _versions(WithdrawnVersion.objects.filter(recorded_in=number, code__in=codes)).items():
        after.setdefault(code, []).extend(versions)
    wording = StateWording()
    for code in codes:
        for first, until, old, new in compare_histories(before.get(code, []), after.get(code, [])):
            states = [dict(zip(TRACKED_FIELDS, state, strict=True)) if state else {} for state in (old, new)]
            changes = {
                name: (states[0][name], states[1][name])
                for name in TRACKED_FIELDS
                if old and new and states[0][name] != states[1][name]
            }
            yield Difference(
                code, (states[1] or states[0])["company_name"], first, until and until - timedelta(days=1),
                is_new=old is None, is_gone=new is None, changes=wording.describe(changes),
            )  # fmt: skip


def compare_histories(
    before: Sequence[_Version], after: Sequence[_Version]
) -> Iterator[tuple[date, date | None, tuple[Any, ...] | None, tuple[Any, ...] | None]]:
    """The periods in which two histories differ, with both states (`None`: not listed). Neither overlaps in itself."""
    ends = {until for _, until, _ in (*before, *after)}
    edges: list[date | None] = sorted({first for first, _, _ in (*before, *after)} | (ends - {None}))  # type: ignore[type-var]
    for place, first in enumerate(edges):
        until = edges[place + 1] if place + 1 < len(edges) else None
        if until is None and None not in ends:
            return
        old, new = _state_on(before, first), _state_on(after, first)
        if old != new:
            yield first, until, old, new  # type: ignore[misc]


def _state_on(versions: Sequence[_Version], day: date | None) -> tuple[Any, ...] | None:
    return next((state for first, until, state in versions if first <= day and (until is None or day < until)), None)  # type: ignore[operator]


def _versions(rows: QuerySet[Any]) -> dict[str, list[_Version]]:
    found: dict[str, list[_Version]] = {}
    for code, validity, *state in rows.values_list(*_READ):
        found.setdefault(code, []).append((validity.lower, validity.upper, tuple(state)))
    return found


def _event_sections(appeared: list[Row], disappeared: list[Row], ids: dict[str, int]) -> list[dict[str, Any]]:
    """Those that came, those that went, and those of which only the time is known otherwise."""
    was = {_what(event): event for event in disappeared}
    moved = [event for event in appeared if _what(event) in was]
    told_again = {_what(event) for event in moved}
    came, went = (
        [event for event in events if _what(event) not in told_again] for events in (appeared, disappeared)
    )  # fmt: skip
    wording = EventWording()

    def section(heading: str, events: list[Row], *, has_moved: bool = False) -> dict[str, Any]:
        rows = [
            (
                ids.get(event["code"]), event, _when(was[_what(event)]) if has_moved else "", _when(event),
                EventType(event["type"]).label, wording.name(event["type"], event["old_value"]),
                wording.name(event["type"], event["new_value"]),
            )
            for event in events[:SHOWN_EVENTS]
        ]  # fmt: skip
        return {"heading": heading, "total": len(events), "rows": rows}

    return [
        section(gettext("現れたイベント"), came), section(gettext("消えたイベント"), went),
        section(gettext("時期が変わったイベント"), moved, has_moved=True),
    ]  # fmt: skip


def _what(event: Row) -> tuple[Any, ...]:
    return event["code"], event["type"], event["old_value"], event["new_value"], str(event["changes"])


def _when(event: Row) -> str:
    return describe_when(event["observed_after"], event["date"])
