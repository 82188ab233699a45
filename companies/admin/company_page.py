"""The history of one company, laid out for its page."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from companies.choices import MarginClass, ProductCategory
from companies.event_wording import EventWording
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot

#: Columns of the table of versions: heading and the attribute that is shown.
_COLUMNS = (
    ("銘柄名", "company_name"),
    ("英語名", "company_name_english"),
    ("市場区分", "market"),
    ("33業種", "sector33"),
    ("17業種", "sector17"),
    ("規模区分", "scale_category"),
    ("信用区分", "margin_code"),
    ("商品区分", "product_category"),
)
_LABELS: dict[str, dict[str, str]] = {
    "margin_code": {str(code): str(label) for code, label in MarginClass.choices},
    "product_category": {str(code): str(label) for code, label in ProductCategory.choices},
}


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version: the first and the last day it held (`None`: it still holds) and its cells as (text, has changed)."""

    first_day: date
    last_day: date | None
    cells: list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in words."""

    day: date
    label: str
    old: str
    new: str


def company_history(company: Company) -> dict[str, Any]:
    """What the page shows of a company's past, newest first, and what is not known of it."""
    versions = list(
        CompanyVersion.objects.filter(company=company)
        .select_related("market", "sector17", "sector33")
        .oldest_first()
    )  # fmt: skip
    wording = EventWording()
    return {
        "version_columns": [heading for heading, _ in _COLUMNS],
        "version_rows": _version_rows(versions)[::-1],
        "event_rows": [
            EventRow(
                event.event_date,
                event.get_event_type_display(),
                wording.name(event.event_type, event.old_value),
                wording.name(event.event_type, event.new_value),
            )
            for event in ListingEvent.objects.filter(company=company).order_by("-event_date", "event_type")
        ],
        "listed_before": _first_list_if_already_in_it(company),
    }


def _version_rows(versions: list[CompanyVersion]) -> list[VersionRow]:
    rows: list[VersionRow] = []
    shown_before: list[str] | None = None
    for version in versions:
        shown = [_shown(version, attribute) for _, attribute in _COLUMNS]
        cells = [
            (text, shown_before is not None and text != shown_before[place]) for place, text in enumerate(shown)
        ]  # fmt: skip
        until = version.validity.upper
        rows.append(VersionRow(version.validity.lower, until and until - timedelta(days=1), cells))
        shown_before = shown
    return rows


def _shown(version: CompanyVersion, attribute: str) -> str:
    value = getattr(version, attribute)
    if value is None:
        return ""
    return str(_LABELS.get(attribute, {}).get(value, getattr(value, "name", value)))


def _first_list_if_already_in_it(company: Company) -> date | None:
    first: date | None = (
        ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True).first()
    )
    return first if first is not None and company.first_seen_on <= first else None
