"""Every state that a company had, laid out for its page, and those that were known once and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext

from companies.admin.company_past import CompanyPast
from companies.events.wording import StateWording
from companies.fields import COMPANY_FIELDS
from companies.models import LedgerRevision, ListingSnapshot, WithdrawnVersion
from companies.states import PastState

#: Each change takes back what was known to go on: after years of daily lists there are many.
SHOWN_WITHDRAWN = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: the first and the last day it held (`None`: it still holds), its cells as (text, has changed), the list
    that first said so, and the revision from which on it was known. Of one that was taken back also the revision that did it.
    `is_asked`: it held on the day from whose list the person came.
    """

    first_day: date
    last_day: date | None
    cells: list[tuple[str, bool]]
    entry: ListingSnapshot | None = None
    learnt: LedgerRevision | None = None
    withdrawn: LedgerRevision | None = None
    is_asked: bool = False


def version_headings() -> list[str]:
    """Of the cells."""
    return [gettext(field.label) for field in COMPANY_FIELDS]


def version_rows(past: CompanyPast, asked: date | None = None) -> list[VersionRow]:
    """Newest first, with what differs from the version before it."""
    revisions = _revisions(version.recorded_in for version in past.versions)
    rows = list[VersionRow]()
    shown_before: list[str] | None = None
    for version in past.versions:
        shown = _texts(past.wording, version)
        cells = [
            (text, shown_before is not None and text != shown_before[place]) for place, text in enumerate(shown)
        ]  # fmt: skip
        first = version.validity.lower
        learnt = revisions.get(version.recorded_in or 0)
        is_asked = asked is not None and asked in version.validity
        rows.append(VersionRow(first, _last_day(version), cells, past.entries.get(first), learnt, is_asked=is_asked))
        shown_before = shown
    return rows[::-1]


def withdrawn_versions(past: CompanyPast) -> dict[str, Any]:
    """What was known of a company until it was taken back, the last first; of very many the last ones."""
    withdrawn = WithdrawnVersion.objects.filter(code=past.company.code)
    shown = list(withdrawn.order_by("-withdrawn_in", "-validity")[:SHOWN_WITHDRAWN])
    revisions = _revisions(number for version in shown for number in (version.recorded_in, version.withdrawn_in))
    rows = [
        VersionRow(
            version.validity.lower, _last_day(version), [(text, False) for text in _texts(past.wording, version)],
            learnt=revisions.get(version.recorded_in or 0), withdrawn=revisions.get(version.withdrawn_in),
        )
        for version in shown
    ]  # fmt: skip
    count = len(rows) if len(rows) < SHOWN_WITHDRAWN else withdrawn.count()
    return {"withdrawn_rows": rows, "withdrawn_count": count}


def _revisions(numbers: Iterable[int | None]) -> dict[int, LedgerRevision]:
    return LedgerRevision.objects.in_bulk({number for number in numbers if number is not None})


def _last_day(version: PastState) -> date | None:
    until: date | None = version.validity.upper
    return until and until - timedelta(days=1)


def _texts(wording: StateWording, version: PastState) -> list[str]:
    return [wording.name(field.name, getattr(version, field.path)) for field in COMPANY_FIELDS]
