"""Histories in the database: reading versions, and writing versions and the companies that follow from them.

Everything is set-based: a fixed number of statements whatever the number of companies. Rows go in as one JSON document
that PostgreSQL unfolds, which costs one round trip and no temporary table.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db import connection

from companies.codes import jquants_code
from companies.ledger.history import Version
from companies.listed_issue import TRACKED_FIELDS
from companies.models import Company, LedgerRevision, ListingSnapshot
from companies.search.folding import search_text
from masters.registration import register_unknown_codes

# From so many changed companies on the planner's figures are brought up to date at once.
_MANY = 500
# Without it the planner may still take the tables for empty (autovacuum comes a minute later, and counts no rows where an
# earlier import was rolled back), and derive the events of a day by comparing every version with every other.
_COUNT_ROWS = "ANALYZE companies (id), company_versions (company_id, validity)"
# Where thousands both ended and began on one day it has to know that of the day, too: the figures of `lower(validity)` and
# `upper(validity)` belong to the indexes, and are only taken with the whole table. Else the day's events take minutes.
_COUNT_DAYS = "ANALYZE companies (id), company_versions"

#: Versions by securities code, oldest first.
Histories = Mapping[str, Sequence[Version]]

_STATE = ", ".join(TRACKED_FIELDS)
_STATE_TYPES = ", ".join(f"{field} text" for field in TRACKED_FIELDS)
_COMPANY = f"code, jquants_code, {_STATE}, search_text, reference_date, is_active, first_seen_on, last_seen_on"

_UPSERT_COMPANIES = f"""
    INSERT INTO companies ({_COMPANY}, created_at, updated_at)
    SELECT {_COMPANY}, moment, CASE WHEN is_changed THEN moment ELSE '-infinity' END
    FROM (SELECT %s::timestamptz AS moment) AS at, json_to_recordset(%s::json) AS row (
        code text, jquants_code text, {_STATE_TYPES}, search_text text,
        reference_date date, is_active boolean, first_seen_on date, last_seen_on date, is_changed boolean)
    ON CONFLICT (code) DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in _COMPANY.split(", ")[2:])},
        updated_at = greatest(companies.updated_at, excluded.updated_at)
"""  # noqa: S608 column names are constants
_INSERT_VERSIONS = f"""
    INSERT INTO company_versions (company_id, company_code, {_STATE}, search_text, validity, recorded_in)
    SELECT companies.id, companies.code, {", ".join(f"row.{field}" for field in TRACKED_FIELDS)}, row.search_text,
        daterange(valid_from, valid_until), %s
    FROM json_to_recordset(%s::json) AS row (
        code text, {_STATE_TYPES}, search_text text, valid_from date, valid_until date)
    JOIN companies USING (code)
"""  # noqa: S608
# Kept, as what was known until now.
_WITHDRAW_VERSIONS = f"""
    WITH gone AS (
        DELETE FROM company_versions USING companies, unnest(%s::text[], %s::date[]) AS gone (code, valid_from)
        WHERE companies.code = gone.code AND company_versions.company_id = companies.id
            AND lower(company_versions.validity) = gone.valid_from
        RETURNING gone.code, {", ".join(f"company_versions.{field}" for field in TRACKED_FIELDS)},
            company_versions.search_text, company_versions.validity, company_versions.recorded_in
    )
    INSERT INTO withdrawn_versions (company_code, {_STATE}, search_text, validity, recorded_in, withdrawn_in)
    SELECT code, {_STATE}, search_text, validity, recorded_in, %s FROM gone
"""  # noqa: S608
_KNOWN_VERSIONS = f"""
    SELECT code, lower(validity), upper(validity), {_STATE} FROM (
        SELECT company_code AS code, validity, {_STATE} FROM company_versions WHERE recorded_in <= %s
        UNION ALL
        SELECT company_code, validity, {_STATE} FROM withdrawn_versions WHERE recorded_in <= %s AND withdrawn_in > %s
    ) AS known ORDER BY code, validity
"""  # noqa: S608


def load_histories(codes: Collection[str] | None = None) -> dict[str, list[Version]]:
    """The stored versions; of `codes` only, where given: then each of them has an entry, if an empty one."""
    histories: dict[str, list[Version]] = {code: [] for code in codes or ()}
    condition = "" if codes is None else "WHERE companies.code = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT companies.code, lower(validity), upper(validity), "  # noqa: S608
            f"{', '.join(f'company_versions.{field}' for field in TRACKED_FIELDS)} "
            f"FROM companies JOIN company_versions ON company_id = companies.id {condition} ORDER BY companies.code, validity",
            None if codes is None else [list(codes)],
        )
        for code, valid_from, valid_until, *state in cursor:
            histories.setdefault(code, []).append(Version(valid_from, valid_until, tuple(state)))
    return histories


def load_known_histories(number: int) -> dict[str, list[Version]]:
    """The versions that were known once revision `number` was, oldest first, whatever became of them since."""
    histories: dict[str, list[Version]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN_VERSIONS, [number, number, number])
        for code, valid_from, valid_until, *state in cursor:
            histories.setdefault(code, []).append(Version(valid_from, valid_until, tuple(state)))
    return histories


def load_numbered_versions() -> Iterator[tuple[str, Version, int | None, int | None]]:
    """Code, version, and the revision that recorded it; nothing has taken it back."""
    return _load_spans(
        f"SELECT coalesce(company_code, ''), lower(validity), upper(validity), recorded_in, NULL::bigint, {_STATE} FROM company_versions"  # noqa: S608
    )


def load_withdrawn_versions() -> Iterator[tuple[str, Version, int | None, int | None]]:
    """Code, version, and the revisions that recorded it and took it back."""
    return _load_spans(
        f"SELECT company_code, lower(validity), upper(validity), recorded_in, withdrawn_in, {_STATE} FROM withdrawn_versions"  # noqa: S608
    )


def _load_spans(query: str) -> Iterator[tuple[str, Version, int | None, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        for code, valid_from, valid_until, recorded_in, withdrawn_in, *state in cursor:
            yield code, Version(valid_from, valid_until, tuple(state)), recorded_in, withdrawn_in


def store_histories(revised: Histories, *, before: Histories, revision: LedgerRevision) -> set[str]:
    """Replace the versions that changed between `before` and `revised`, and bring all of `revised`'s companies up to date;
    those that changed bear the revision's moment. The codes of all whose rows were written anew: who stands behind them is still
    to be told (`companies.issuers.company_issuers`).

    A company whose history became empty (its only list was superseded) is removed, with its quote. The entry that caused the change must
    already be recorded: the days on which companies were last seen come from the holding entries.
    """
    gone = [(code, v.valid_from) for code, versions in before.items() for v in _only_in(versions, revised[code])]
    added = [(code, v) for code, versions in revised.items() for v in _only_in(versions, before.get(code, ()))]
    with connection.cursor() as cursor:
        if gone:
            cursor.execute(_WITHDRAW_VERSIONS, [[code for code, _ in gone], [day for _, day in gone], revision.number])
        emptied = [code for code, versions in revised.items() if not versions]
        if emptied:
            Company.objects.filter(code__in=emptied).delete()
        companies = project_companies(revised)
        if companies:
            _register_missing_masters(companies.values())
            changed = {code for code, _ in (*gone, *added)}
            rows = _as_json({**row, "is_changed": code in changed} for code, row in companies.items())
            cursor.execute(_UPSERT_COMPANIES, [revision.recorded_at, rows])
        if added:
            rows = _as_json(_version_row(code, version) for code, version in added)
            cursor.execute(_INSERT_VERSIONS, [revision.number, rows])
        if len(added) >= _MANY:
            cursor.execute(_COUNT_DAYS if len(gone) >= _MANY else _COUNT_ROWS)
    return set(revised)


def _register_missing_masters(companies: Collection[Mapping[str, Any]]) -> None:
    """Masters that companies refer to and that somebody took away: the ledger has codes only, so they are named by these."""

    def codes(field: str) -> set[str]:
        return {company[field] for company in companies} - {None}

    register_unknown_codes(
        markets=dict.fromkeys(codes("market_code")),
        sectors17=dict.fromkeys(codes("sector17_code")),
        sectors33={c["sector33_code"]: (None, c["sector17_code"]) for c in companies if c["sector33_code"]},
    )


def project_companies(histories: Histories) -> dict[str, dict[str, Any]]:
    """The row of `companies` that follows from each history, by code and column; none for an empty history."""
    days = list(ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True))
    return {code: _company_row(code, versions, days) for code, versions in histories.items() if versions}


def load_companies() -> dict[str, dict[str, Any]]:
    """The stored companies, in the form of `project_companies`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COMPANY} FROM companies")  # noqa: S608
        columns = _COMPANY.split(", ")
        return {row[0]: dict(zip(columns, row, strict=True)) for row in cursor}


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


def _company_row(code: str, versions: Sequence[Version], days: Sequence[date]) -> dict[str, Any]:
    latest = versions[-1]
    is_active = latest.valid_until is None
    last_seen_on = days[-1] if latest.valid_until is None else days[bisect_left(days, latest.valid_until) - 1]
    return {
        **_state_row(code, latest),
        "jquants_code": jquants_code(code),
        "reference_date": last_seen_on,
        "is_active": is_active,
        "first_seen_on": versions[0].valid_from,
        "last_seen_on": last_seen_on,
    }


def _version_row(code: str, version: Version) -> dict[str, Any]:
    return {**_state_row(code, version), "valid_from": version.valid_from, "valid_until": version.valid_until}


def _state_row(code: str, version: Version) -> dict[str, Any]:
    name, english_name = version.state[:2]
    state = dict(zip(TRACKED_FIELDS, version.state, strict=True))
    return {"code": code, **state, "search_text": _search_text(code, name or "", english_name)}


# A company and its version are written with the same text one after the other.
_search_text = lru_cache(maxsize=16_384)(search_text)


def _only_in(versions: Sequence[Version], others: Sequence[Version]) -> list[Version]:
    return [version for version in versions if version not in others]


def _as_json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), default=date.isoformat, ensure_ascii=False)
