"""The history of one company, laid out for its page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.utils import timezone
from django.utils.translation import gettext

from companies.admin.quote_block import quote_block
from companies.choices import EventType
from companies.events.wording import EventWording, StateWording
from companies.fields import COMPANY_FIELDS
from companies.models import (
    Company,
    CompanyIssuer,
    CompanyVersion,
    Issuer,
    LedgerRevision,
    ListingEvent,
    ListingSnapshot,
    Quote,
    WithdrawnVersion,
)
from companies.quotes.kept_quotes import find_stale_reason
from companies.states import PastState

#: Each change takes back what was known to go on: after years of daily lists there are many.
SHOWN_WITHDRAWN = 50


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: the first and the last day it held (`None`: it still holds), its cells as (text, has changed), the list
    that first said so, and the revision from which on it was known. Of one that was taken back also the revision that did it.
    """

    first_day: date
    last_day: date | None
    cells: list[tuple[str, bool]]
    entry: ListingSnapshot | None = None
    learnt: LedgerRevision | None = None
    withdrawn: LedgerRevision | None = None


@dataclass(frozen=True, slots=True)
class EventRow:
    when: str
    label: str
    old: str
    new: str


def company_history(company: Company) -> dict[str, Any]:
    """What the page shows of a company's past, newest first, and what is not known of it."""
    versions = list(CompanyVersion.objects.filter(company=company).oldest_first())
    wording = EventWording()
    events = list(ListingEvent.objects.filter(company=company).order_by("-event_date", "event_type"))
    return {
        "version_columns": [gettext(field.label) for field in COMPANY_FIELDS],
        "version_rows": _version_rows(versions)[::-1],
        **withdrawn_versions(company.code),
        "issuer_rows": _issuer_rows(company.code),
        "event_rows": [
            EventRow(
                event.when,
                event.get_event_type_display(),
                wording.name(event.event_type, event.old_value),
                wording.name(event.event_type, event.new_value),
            )
            for event in events
        ],
        "delisted_when": ""
        if company.is_active
        else next((event.when for event in events if event.event_type == EventType.DELISTED), ""),
        "listed_before": _first_list_if_already_in_it(company),
    }


def company_quote(company: Company) -> dict[str, Any]:
    """The stored quote for the page, which asks for a newer one by itself; nothing of a delisted company without one."""
    quote = Quote.objects.filter(company=company).first()
    if quote is None and not company.is_active:
        return {}
    is_stale = quote is not None and find_stale_reason(quote, timezone.now()) is not None
    return {**quote_block(company, quote, is_stale=is_stale), "quote_loads": True}


def company_links(company: Company) -> list[tuple[str, str]]:
    """Where others tell of the company. Checked: 2026-11-24, by the form of the addresses (no request is made)."""
    if not company.is_active:
        return []
    code = quote(company.code)
    return [
        ("JPX", f"https://quote.jpx.co.jp/jpxhp/main/index.aspx?f=stock_detail&disptype=information&qcode={code}"),
        (gettext("Yahoo!ファイナンス"), f"https://finance.yahoo.co.jp/quote/{code}.T"),
    ]


def withdrawn_versions(code: str) -> dict[str, Any]:
    """What was known of a company until it was taken back, the last first; of very many the last ones."""
    withdrawn = WithdrawnVersion.objects.filter(code=code)
    shown = list(withdrawn.order_by("-withdrawn_in", "-validity")[:SHOWN_WITHDRAWN])
    revisions = _revisions(number for version in shown for number in (version.recorded_in, version.withdrawn_in))
    wording = StateWording()
    rows = [
        VersionRow(
            version.validity.lower, _last_day(version), [(text, False) for text in _texts(wording, version)],
            learnt=revisions.get(version.recorded_in or 0), withdrawn=revisions.get(version.withdrawn_in),
        )
        for version in shown
    ]  # fmt: skip
    count = len(rows) if len(rows) < SHOWN_WITHDRAWN else withdrawn.count()
    return {"withdrawn_rows": rows, "withdrawn_count": count}


def _issuer_rows(code: str) -> list[tuple[int | None, CompanyIssuer]]:
    """Who stood behind it, newest first, each with the issuer's key."""
    behind = list(CompanyIssuer.objects.known_at().filter(code=code).order_by("-validity"))
    ids = dict(
        Issuer.objects.filter(edinet_code__in={one.edinet_code for one in behind}).values_list("edinet_code", "pk")
    )
    return [(ids.get(one.edinet_code), one) for one in behind]


def _version_rows(versions: list[CompanyVersion]) -> list[VersionRow]:
    entries = {
        entry.date_in_force: entry
        for entry in ListingSnapshot.objects.holding()
        .defer("rows")
        .filter(date_in_force__in=[version.validity.lower for version in versions])
    }
    revisions = _revisions(version.recorded_in for version in versions)
    wording, rows = StateWording(), list[VersionRow]()
    shown_before: list[str] | None = None
    for version in versions:
        shown = _texts(wording, version)
        cells = [
            (text, shown_before is not None and text != shown_before[place]) for place, text in enumerate(shown)
        ]  # fmt: skip
        first = version.validity.lower
        learnt = revisions.get(version.recorded_in or 0)
        rows.append(VersionRow(first, _last_day(version), cells, entries.get(first), learnt))
        shown_before = shown
    return rows


def _revisions(numbers: Iterable[int | None]) -> dict[int, LedgerRevision]:
    return LedgerRevision.objects.in_bulk({number for number in numbers if number is not None})


def _last_day(version: PastState) -> date | None:
    until: date | None = version.validity.upper
    return until and until - timedelta(days=1)


def _texts(wording: StateWording, version: PastState) -> list[str]:
    return [wording.name(field.name, getattr(version, field.path)) for field in COMPANY_FIELDS]


def _first_list_if_already_in_it(company: Company) -> date | None:
    first: date | None = (
        ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True).first()
    )
    return first if first is not None and company.first_seen_on <= first else None
