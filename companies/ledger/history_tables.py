"""Histories in the database: reading versions, and writing versions and (`companies.ledger.company_tables`) the companies that
follow from them. Everything is set-based: a fixed number of statements whatever the number of companies.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import orjson
from django.db import connection

from companies.ledger.company_tables import MANY, project_companies, shown_version, state_row, write_companies
from companies.ledger.history import Version
from companies.listed_issue import TRACKED_FIELDS
from companies.models import Company, LedgerRevision

# Without it the planner may still take the tables for empty (autovacuum comes a minute later, and counts no rows where an
# earlier import was rolled back), and derive the events of a day by comparing every version with every other.
_COUNT_ROWS = "ANALYZE companies (id), company_versions (company_id, validity)"
# Where thousands both ended and began on one day it has to know that of the day, too: the figures of `lower(validity)` and
# `upper(validity)` belong to the indexes, and are only taken with the whole table. Else the day's events take minutes.
_COUNT_DAYS = "ANALYZE companies (id), company_versions"

#: Versions by securities code, oldest first.
Histories = Mapping[str, Sequence[Version]]
#: Code, version, and the revisions that recorded it and took it back.
Span = tuple[str, Version, int | None, int | None]

_ROWS_AT_ONCE = 2_000

_STATE = ", ".join(TRACKED_FIELDS)
_VERSION_STATE = ", ".join(f"company_versions.{field}" for field in TRACKED_FIELDS)
_STATE_TYPES = ", ".join(f"{field} text" for field in TRACKED_FIELDS)

# What a company's row says now need not be sent once more.
_INSERT_SHOWN = f"""
    INSERT INTO company_versions (company_id, company_code, {_STATE}, search_text, validity, recorded_in)
    SELECT companies.id, code, {_STATE}, search_text, daterange(valid_from, valid_until), %s
    FROM unnest(%s::text[], %s::date[], %s::date[]) AS shown (code, valid_from, valid_until) JOIN companies USING (code)
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
            f"{_VERSION_STATE} "
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


def iterate_histories() -> Iterator[tuple[str, list[Version]]]:
    """The stored versions by code, oldest first, one company in memory at a time."""
    rows = _iterate_rows(
        f"SELECT companies.code, lower(validity), upper(validity), {_VERSION_STATE} "  # noqa: S608
        "FROM companies JOIN company_versions ON company_id = companies.id ORDER BY companies.code, validity"
    )
    for code, of_code in groupby(rows, key=itemgetter(0)):
        yield code, [Version(row[1], row[2], tuple(row[3:])) for row in of_code]


def iterate_numbered_versions() -> Iterator[Span]:
    """All versions that nothing has taken back, a few in memory at a time."""
    return _iterate_spans(
        f"SELECT coalesce(company_code, ''), lower(validity), upper(validity), recorded_in, NULL::bigint, {_STATE} FROM company_versions"  # noqa: S608
    )


def iterate_withdrawn_versions(*, after: int = 0) -> Iterator[Span]:
    """Those that a revision after that one took back, a few in memory at a time."""
    return _iterate_spans(
        "SELECT company_code, lower(validity), upper(validity), recorded_in, withdrawn_in, "  # noqa: S608
        f"{_STATE} FROM withdrawn_versions WHERE withdrawn_in > %s",
        [after],
    )


def iterate_known_versions(number: int) -> Iterator[Span]:
    """Those that were known once revision `number` was, by code, oldest first; whatever became of them since is not told."""
    return _iterate_spans(
        f"SELECT code, lower(validity), upper(validity), recorded_in, NULL::bigint, {_STATE} FROM ("  # noqa: S608
        f"SELECT company_code AS code, validity, recorded_in, {_STATE} FROM company_versions WHERE recorded_in <= %s "
        f"UNION ALL SELECT company_code, validity, recorded_in, {_STATE} FROM withdrawn_versions "
        "WHERE recorded_in <= %s AND withdrawn_in > %s) AS known ORDER BY code, validity",
        [number, number, number],
    )


def _iterate_spans(query: str, parameters: Sequence[Any] = ()) -> Iterator[Span]:
    for code, valid_from, valid_until, recorded_in, withdrawn_in, *state in _iterate_rows(query, parameters):
        yield code, Version(valid_from, valid_until, tuple(state)), recorded_in, withdrawn_in


def _iterate_rows(query: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
    """By a cursor of the server, inside a transaction; all at once where the pool in front of the database forbids that."""
    if connection.settings_dict["DISABLE_SERVER_SIDE_CURSORS"]:
        with connection.cursor() as cursor:
            cursor.execute(query, parameters)
            yield from cursor
        return
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, parameters)
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from rows


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
        companies = project_companies(revised, revision.day)
        if companies:
            write_companies(companies, changed={c for c, _ in (*gone, *added)}, moment=revision.recorded_at)
        _insert_versions(added, revised, revision)
        if len(added) >= MANY:
            cursor.execute(_COUNT_DAYS if len(gone) >= MANY else _COUNT_ROWS)
    return set(revised)


def _insert_versions(added: Sequence[tuple[str, Version]], revised: Histories, revision: LedgerRevision) -> None:
    """After the companies were written, whose rows say what the versions do that they show."""
    number, shown = revision.number, {code: shown_version(revised[code], revision.day) for code, _ in added}
    told = [(code, version.valid_from, version.valid_until) for code, version in added if version is shown[code]]
    others = [
        {**state_row(code, version), "valid_from": version.valid_from, "valid_until": version.valid_until}
        for code, version in added
        if version is not shown[code]
    ]
    with connection.cursor() as cursor:
        if others:
            cursor.execute(_INSERT_VERSIONS, [number, orjson.dumps(others).decode()])
        if told:
            cursor.execute(_INSERT_SHOWN, [number, *(list(column) for column in zip(*told, strict=True))])


def _only_in(versions: Sequence[Version], others: Sequence[Version]) -> list[Version]:
    return [version for version in versions if version not in others]
