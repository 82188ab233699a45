"""From the database to the rows of answers: one `values_list` query each, no serializer per row."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

from django.db.models import F, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone, translation

from companies.choices import CHOICES_OF
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import Company, CompanyVersion, ListingEvent, ListingSnapshot

#: Answer field → path from a version; the codes of masters are the foreign keys themselves.
STATE_PATHS = {field.name: field.path for field in LEDGER_FIELDS} | {
    field.told_name: f"{field.short_name}__name" for field in LEDGER_FIELDS if field.has_master and field.told_name
}
_OF_COMPANY = ("code", "jquants_code", "reference_date", "is_active", "first_seen_on", "last_seen_on", "updated_at")
COMPANY_PATHS = {**STATE_PATHS, **{field: field for field in _OF_COMPANY}}
#: Of a past day there is nothing that would tell what came after it: who was listed was so by the list in force.
VERSION_PATHS = {
    **STATE_PATHS,
    **{field: f"company__{field}" for field in ("code", "jquants_code", "first_seen_on")},
    "updated_at": "stated_at",
}

#: The fields of a company, in the order of the answer.
COMPANY_FIELDS = (
    "code", "jquants_code",
    *(name for field in LEDGER_FIELDS for name in (field.name, field.told_name) if name),
    "reference_date", "is_active", "first_seen_on", "last_seen_on", "updated_at",
)  # fmt: skip
_CHUNK = 1000
_READ = tuple(field for field in COMPANY_FIELDS if field in COMPANY_PATHS)
_READ_AS_OF = tuple(field for field in _READ if field in VERSION_PATHS)


def companies_in_full(companies: QuerySet[Company]) -> list[dict[str, Any]]:
    """The rows of companies as they are now, with what filters, search and order need beside the answer's fields.

    `companies` must be annotated with `name_rank` and `scale_rank`.
    """
    beside = ("search_text", "name_rank", "scale_rank", "updated_at")
    values = companies.values_list(*(COMPANY_PATHS[field] for field in _READ), *beside)
    names = (*_READ, *beside[:-1], "changed_at")
    found = [dict(zip(names, row, strict=True)) for row in values]
    return [{**row, **_company(row)} for row in found]


def iterate_companies(companies: QuerySet[Company]) -> Iterator[dict[str, Any]]:
    """The rows of companies as they are now, a few at a time in memory."""
    values = companies.values_list(*(COMPANY_PATHS[field] for field in _READ))
    for row in values.iterator(chunk_size=_CHUNK):
        yield _company(dict(zip(_READ, row, strict=True)))


def versions_as_of(day: date) -> QuerySet[CompanyVersion]:
    """The universe as of a day, for `VERSION_PATHS`: `stated_at` is when the list was recorded that first said so."""
    first_to_say_so = ListingSnapshot.objects.holding().filter(
        date_in_force=Func(OuterRef("validity"), function="lower")
    )
    stated_at = Coalesce(Subquery(first_to_say_so.values("recorded_at")), F("company__updated_at"))
    versions: QuerySet[CompanyVersion] = CompanyVersion.objects.as_of(day).annotate(stated_at=stated_at)
    return versions


def iterate_companies_as_of(versions: QuerySet[CompanyVersion], entry: ListingSnapshot) -> Iterator[dict[str, Any]]:
    """The rows of companies as they were when `entry` was in force: listed then, and last seen in that list."""
    then = {"reference_date": entry.date_in_force, "last_seen_on": entry.date_in_force, "is_active": True}
    values = versions.values_list(*(VERSION_PATHS[field] for field in _READ_AS_OF))
    for row in values.iterator(chunk_size=_CHUNK):
        yield _company({**dict(zip(_READ_AS_OF, row, strict=True)), **then})


def events(rows: QuerySet[ListingEvent]) -> list[dict[str, Any]]:
    """The rows of listing events."""
    fields = (
        "event_date", "observed_after", "event_type", "code", "company_name", "market_id", "old_value", "new_value", "changes",
    )  # fmt: skip
    names = (
        "date", "observed_after", "type", "code", "company_name", "market_code", "old_value", "new_value", "changes",
    )  # fmt: skip
    return [dict(zip(names, row, strict=True)) for row in rows.values_list(*fields)]


def versions(rows: QuerySet[CompanyVersion]) -> list[dict[str, Any]]:
    """The rows of a company's states."""
    values = rows.values_list("validity", *(STATE_PATHS[field] for field in TRACKED_FIELDS))
    return [
        {"valid_from": row[0].lower, "valid_until": row[0].upper, **dict(zip(TRACKED_FIELDS, row[1:], strict=True))}
        for row in values
    ]


@cache
def _names_of_choices() -> list[tuple[str, str, dict[str, str]]]:
    """Code, name, and the names by code, where they are no master's. In Japanese as those are: an answer is kept for callers
    of all languages.
    """
    with translation.override("ja"):
        return [
            (field.name, field.told_name, {str(code): str(label) for code, label in CHOICES_OF[field.name].choices})
            for field in LEDGER_FIELDS
            if field.told_name and not field.has_master
        ]


def _company(row: dict[str, Any]) -> dict[str, Any]:
    for name, told_name, names in _names_of_choices():
        row[told_name] = names.get(row[name])
    row["updated_at"] = timezone.localtime(row["updated_at"]).isoformat()
    return {field: row[field] for field in COMPANY_FIELDS}
