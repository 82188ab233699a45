"""From the database to the rows of answers: one `values_list` query each, no serializer per row."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation

from companies.choices import CHOICES_OF
from companies.codes import jquants_code
from companies.events.official import tell_official_days
from companies.issuers.lineage.reading import load_confirmed
from companies.issuers.told import TOLD_FIELDS, ToldFacts
from companies.ledger.ledger_day import find_ledger_day, place_shown
from companies.listed_issue import LEDGER_FIELDS, TRACKED_FIELDS
from companies.models import Company, CompanyVersion, KnownEvent, KnownVersion, LedgerRevision, ListingEvent

#: Answer field → path from a version; the codes of masters are the foreign keys themselves.
STATE_PATHS = {field.name: field.path for field in LEDGER_FIELDS} | {
    field.told_name: f"{field.short_name}__name" for field in LEDGER_FIELDS if field.has_master and field.told_name
}
_OF_COMPANY = ("code", "jquants_code", "reference_date", "is_active", "first_seen_on", "last_seen_on", "updated_at")
COMPANY_PATHS = {**STATE_PATHS, **{field: field for field in _OF_COMPANY}}
#: The fields of a company, in the order of the answer.
COMPANY_FIELDS = (
    "code", "jquants_code",
    *(name for field in LEDGER_FIELDS for name in (field.name, field.told_name) if name),
    *TOLD_FIELDS,
    "reference_date", "is_active", "first_seen_on", "last_seen_on", "updated_at",
)  # fmt: skip
#: Those of an event, and of a version.
EVENT_FIELDS = (
    "date", "observed_after", "official_on", "type", "code", "company_name", "market_code", "old_value", "new_value", "changes",
    "succeeded_by", "preceded_by",
)  # fmt: skip
DAYS_OF_VERSION = ("valid_from", "valid_until")
VERSION_FIELDS = (*DAYS_OF_VERSION, *TRACKED_FIELDS, "recorded_in", "recorded_at")
_CHUNK = 1000
_READ = tuple(field for field in COMPANY_FIELDS if field in COMPANY_PATHS)
_BESIDE_STATES = ("id", "code", "validity", "search_text")


def companies_in_full(companies: QuerySet[Company], told: ToldFacts) -> Iterator[dict[str, Any]]:
    """The rows of companies as they are now, with what filters, search and order need beside the answer's fields; a few at a time in
    memory.

    `companies` must be annotated with `name_rank`, `scale_rank`, and the newest `revision`.
    """
    beside = ("search_text", "name_rank", "scale_rank", "revision", "updated_at")
    values = companies.values_list(*(COMPANY_PATHS[field] for field in _READ), *beside)
    names = (*_READ, *beside[:-1], "changed_at")
    for values_of_one in values.iterator(chunk_size=_CHUNK):
        row = dict(zip(names, values_of_one, strict=True))
        yield {**row, **_company(row, told.latest(row["code"], row["last_seen_on"], is_active=row["is_active"]))}


def iterate_companies(companies: QuerySet[Company], told: ToldFacts) -> Iterator[dict[str, Any]]:
    """The rows of companies as they are now, a few at a time in memory."""
    values = companies.values_list(*(COMPANY_PATHS[field] for field in _READ))
    for row in values.iterator(chunk_size=_CHUNK):
        company = dict(zip(_READ, row, strict=True))
        yield _company(company, told.latest(company["code"], company["last_seen_on"], is_active=company["is_active"]))


def known_versions(versions: QuerySet[KnownVersion]) -> Iterator[dict[str, Any]]:
    """States with the names of their codes, and what they are of: `id`, `code`, `valid_from`, `valid_until`, `search_text`."""
    values = versions.values_list(*_BESIDE_STATES, *STATE_PATHS.values())
    for pk, code, validity, text, *state in values.iterator(chunk_size=_CHUNK):
        beside = {"id": pk, "code": code, "valid_from": validity.lower, "valid_until": validity.upper}
        yield {**beside, "search_text": text, **dict(zip(STATE_PATHS, state, strict=True))}


def known_company(
    version: dict[str, Any], facts: dict[str, Any], *, first_seen_on: date, last_seen_on: date | None, is_active: bool, changed_at: datetime,
    **ranks: int | None,
) -> dict[str, Any]:  # fmt: skip
    """The row of a company in one of its states, with the `facts` beside it (`companies.issuers.told`) and what filters, search and order need beside the answer's fields. The day of
    the list that it is of may be put in later.
    """
    row = {
        **version, "jquants_code": jquants_code(version["code"]), "reference_date": last_seen_on, "is_active": is_active,
        "first_seen_on": first_seen_on, "last_seen_on": last_seen_on, "updated_at": changed_at,
    }  # fmt: skip
    text = version["search_text"] + facts["search_text"]
    return {**_company(row, facts), "search_text": text, "changed_at": changed_at, **ranks}


def events(rows: QuerySet[ListingEvent | KnownEvent], revision: int | None = None) -> list[dict[str, Any]]:
    """The rows of listing events, with the official days and the confirmed successions that are known, or were once a revision was."""
    fields = (
        "event_date", "observed_after", "event_type", "code", "company_name", "market_id", "old_value", "new_value", "changes",
    )  # fmt: skip
    names = (
        "date", "observed_after", "type", "code", "company_name", "market_code", "old_value", "new_value", "changes",
    )  # fmt: skip
    lineage, found = load_confirmed(revision), []
    for day, observed_after, *told in rows.values_list(*fields):
        event = {"date": day, "observed_after": observed_after, "official_on": None}
        event |= dict(zip(names[2:], told, strict=True))
        found.append({**event, **lineage.of_event(event)})
    return tell_official_days(found, revision)


def versions(rows: QuerySet[CompanyVersion | KnownVersion]) -> list[dict[str, Any]]:
    """The rows of companies' states, each with the revision that recorded it and its moment."""
    fields = ("validity", "recorded_in", *(STATE_PATHS[field] for field in TRACKED_FIELDS))
    found = list(rows.values_list(*fields))
    revisions = LedgerRevision.objects.filter(number__in={number for _, number, *_ in found})
    moments = {
        number: timezone.localtime(moment).isoformat()
        for number, moment in revisions.values_list("number", "recorded_at")
    }
    return [
        {
            "valid_from": validity.lower, "valid_until": validity.upper, **dict(zip(TRACKED_FIELDS, state, strict=True)),
            "recorded_in": number, "recorded_at": moments.get(number),
        }
        for validity, number, *state in found
    ]  # fmt: skip


def name_shown(versions: list[dict[str, Any]], revision: int) -> str:
    """What a company with these versions is called on the ledger's day at a revision."""
    day = find_ledger_day(revision)
    name: str = versions[place_shown([version["valid_from"] for version in versions], day)]["company_name"]
    return name


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


def _company(row: dict[str, Any], facts: dict[str, Any]) -> dict[str, Any]:
    row |= {name: facts[name] for name in TOLD_FIELDS}
    if row["company_name_english"] is None:
        row["company_name_english"] = facts["name_english"]
    for name, told_name, names in _names_of_choices():
        row[told_name] = names.get(row[name])
    row["updated_at"] = timezone.localtime(row["updated_at"]).isoformat()
    return {field: row[field] for field in COMPANY_FIELDS}
