"""The rows of `companies` that follow from their histories: projecting, reading and writing them.

Set-based, as `companies.ledger.history_tables` is: a fixed number of statements whatever the number of companies. A few rows go
in as one JSON document that PostgreSQL unfolds, which costs one round trip and no temporary table; thousands of new ones by COPY.
"""

from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import orjson
from django.db import connection

from companies.codes import jquants_code
from companies.ledger.history import Version
from companies.ledger.ledger_day import has_come, is_open_on, place_shown
from companies.listed_issue import TRACKED_FIELDS
from companies.models import ListingSnapshot
from companies.search.folding import search_text
from masters.registration import register_unknown_codes

#: So many rows at once are many: they are worth another way, and the planner's figures anew.
MANY = 500
#: Rows by code and column.
CompanyRows = Mapping[str, Mapping[str, Any]]

_STATE_TYPES = ", ".join(f"{field} text" for field in TRACKED_FIELDS)
_COLUMNS = (
    "code", "jquants_code", *TRACKED_FIELDS, "search_text", "reference_date", "is_active", "is_coming", "first_seen_on", "last_seen_on",
)  # fmt: skip
_COMPANY = ", ".join(_COLUMNS)

_UPSERT_COMPANIES = f"""
    INSERT INTO companies ({_COMPANY}, created_at, updated_at)
    SELECT {_COMPANY}, moment, CASE WHEN is_changed THEN moment ELSE '-infinity' END
    FROM (SELECT %s::timestamptz AS moment) AS at, json_to_recordset(%s::json) AS row (
        code text, jquants_code text, {_STATE_TYPES}, search_text text,
        reference_date date, is_active boolean, is_coming boolean, first_seen_on date, last_seen_on date, is_changed boolean)
    ON CONFLICT (code) DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[2:])},
        updated_at = greatest(companies.updated_at, excluded.updated_at)
"""  # noqa: S608 column names are constants
_COPY_COMPANIES = f"COPY companies ({_COMPANY}, created_at, updated_at) FROM STDIN"


def project_companies(histories: Mapping[str, Sequence[Version]], day: date | None) -> dict[str, dict[str, Any]]:
    """The row of `companies` that follows from each history on the ledger's day (`companies.ledger.ledger_day`), by code and column;
    none for an empty history.
    """
    holding = ListingSnapshot.objects.holding().order_by("date_in_force")
    if day is not None:
        holding = holding.filter(date_in_force__lte=day)
    days = holding.values_list("date_in_force", flat=True)
    shown = {code: shown_version(versions, day) for code, versions in histories.items() if versions}
    # Of who still is listed only the day of the newest list is told.
    has_ended = any(not is_open_on(version.valid_until, day) for version in shown.values())
    known = list(days if has_ended else days.reverse()[:1])
    return {code: _company_row(code, histories[code], known, day) for code in shown}


def shown_version(versions: Sequence[Version], day: date | None) -> Version:
    """The state that a company shows on the ledger's day; there is a version."""
    return versions[place_shown([version.valid_from for version in versions], day)]


def load_companies(codes: Collection[str] | None = None) -> dict[str, dict[str, Any]]:
    """The stored companies (all for `None`), in the form of `project_companies`."""
    condition, asked = ("", None) if codes is None else ("WHERE code = ANY(%s)", [list(codes)])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COMPANY} FROM companies {condition}", asked)  # noqa: S608
        return {row[0]: dict(zip(_COLUMNS, row, strict=True)) for row in cursor}


def write_companies(rows: CompanyRows, *, changed: Collection[str], moment: datetime) -> None:
    """Write the rows over those that there are; those of `changed` bear the moment. Under the ledger's lock."""
    register_missing_masters(rows.values())
    with connection.cursor() as cursor:
        if MANY <= len(rows) == len(changed) and not _are_any_stored(rows):
            with cursor.copy(_COPY_COMPANIES) as copy:
                for row in rows.values():
                    copy.write_row((*(row[column] for column in _COLUMNS), moment, moment))
            return
        told = [{**row, "is_changed": code in changed} for code, row in rows.items()]
        cursor.execute(_UPSERT_COMPANIES, [moment, orjson.dumps(told).decode()])


def _are_any_stored(codes: Collection[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM companies WHERE code = ANY(%s))", [list(codes)])
        return bool(cursor.fetchone()[0])


def register_missing_masters(companies: Collection[Mapping[str, Any]]) -> None:
    """Masters that companies refer to and that somebody took away: the ledger has codes only, so they are named by these."""

    def codes(field: str) -> set[str]:
        return {company[field] for company in companies} - {None}

    register_unknown_codes(
        markets=dict.fromkeys(codes("market_code")),
        sectors17=dict.fromkeys(codes("sector17_code")),
        sectors33={c["sector33_code"]: (None, c["sector17_code"]) for c in companies if c["sector33_code"]},
    )


def move_last_seen(*, from_day: date, to_day: date, changed_codes: Collection[str]) -> None:
    """Move the companies that an entry merely confirms: on to it when it comes, back when it is withdrawn.

    All but `changed_codes` have the same row in the lists of both days: those last seen on the one are now last seen on
    the other. No indexed column is touched, so PostgreSQL updates the rows in place (see the table's fill factor).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE companies SET last_seen_on = %s, reference_date = %s "
            "WHERE last_seen_on = %s AND NOT (code = ANY(%s))",
            [to_day, to_day, from_day, list(changed_codes)],
        )


def state_row(code: str, version: Version) -> dict[str, Any]:
    """What a version and its company have in common: the state, and the text that search looks through."""
    name, english_name = version.state[:2]
    state = dict(zip(TRACKED_FIELDS, version.state, strict=True))
    return {"code": code, **state, "search_text": _search_text(code, name or "", english_name)}


# A company and its versions are written with the same text one after the other.
_search_text = lru_cache(maxsize=16_384)(search_text)


def _company_row(code: str, versions: Sequence[Version], days: Sequence[date], day: date | None) -> dict[str, Any]:
    """`days` are those of the lists up to the ledger's day. Of who is still to come the first list is told."""
    shown, first_seen_on = shown_version(versions, day), versions[0].valid_from
    is_coming = not has_come(first_seen_on, day)
    is_active = not is_coming and is_open_on(shown.valid_until, day)
    if is_coming:
        last_seen_on = first_seen_on
    elif is_active or shown.valid_until is None:
        last_seen_on = days[-1]
    else:
        last_seen_on = days[bisect_left(days, shown.valid_until) - 1]
    return {
        **state_row(code, shown),
        "jquants_code": jquants_code(code),
        "reference_date": last_seen_on,
        "is_active": is_active,
        "is_coming": is_coming,
        "first_seen_on": first_seen_on,
        "last_seen_on": last_seen_on,
    }
