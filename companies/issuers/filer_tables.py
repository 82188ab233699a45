"""States of filers, issuers and their codes in the database. Everything is set-based."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from companies.issuers.filer import FILER_FIELDS
from companies.ledger.history import Version
from companies.search.folding import filer_search_text

#: States by EDINET code, oldest first.
FilerHistories = Mapping[str, Sequence[Version]]

_STATE = ", ".join(FILER_FIELDS)
_TYPES = ", ".join(f"{field} {'bigint' if field == 'capital' else 'text'}" for field in FILER_FIELDS)
_READ = ", ".join("capital::text" if field == "capital" else field for field in FILER_FIELDS)
_INSERT_VERSIONS = f"""
    INSERT INTO issuer_versions (edinet_code, {_STATE}, validity)
    SELECT edinet_code, {_STATE}, daterange(valid_from, valid_until)
    FROM json_to_recordset(%s::json) AS row (edinet_code text, {_TYPES}, valid_from date, valid_until date)
"""  # noqa: S608 column names are constants
# Once a filer had a code it stays an issuer, in the state of the newest list that has it.
_UPSERT_ISSUERS = f"""
    INSERT INTO issuers (edinet_code, {_STATE}, first_seen_on, last_seen_on)
    SELECT DISTINCT ON (edinet_code) edinet_code, {_STATE}, lower(validity), lower(validity)
    FROM issuer_versions AS version
    WHERE edinet_code = ANY(%s) AND EXISTS (
        SELECT 1 FROM issuer_versions AS coded
        WHERE coded.edinet_code = version.edinet_code AND coded.securities_code IS NOT NULL)
    ORDER BY edinet_code, lower(validity) DESC
    ON CONFLICT (edinet_code) DO UPDATE SET {", ".join(f"{field} = excluded.{field}" for field in FILER_FIELDS)}
"""  # noqa: S608
_DELETE_ISSUERS = """
    DELETE FROM issuers WHERE edinet_code = ANY(%s) AND NOT EXISTS (
        SELECT 1 FROM issuer_versions AS version
        WHERE version.edinet_code = issuers.edinet_code AND securities_code IS NOT NULL)
"""
_INSERT_CODES = """
    INSERT INTO issuer_codes (code, edinet_code, validity)
    SELECT securities_code, edinet_code, unnest(range_agg(validity))
    FROM issuer_versions WHERE edinet_code = ANY(%s) AND securities_code IS NOT NULL
    GROUP BY edinet_code, securities_code
"""
_SEARCHED = """
    UPDATE issuers SET search_text = folded.text FROM unnest(%s::text[], %s::text[]) AS folded (edinet_code, text)
    WHERE issuers.edinet_code = folded.edinet_code
"""
_SEEN = """
    UPDATE issuers SET first_seen_on = seen.first_on, last_seen_on = seen.last_on
    FROM (
        SELECT edinet_code, min(lower(validity)) AS first_on,
            max((SELECT max(date_in_force) FROM issuer_lists
                WHERE NOT is_superseded AND (upper(validity) IS NULL OR date_in_force < upper(validity)))) AS last_on
        FROM issuer_versions GROUP BY edinet_code
    ) AS seen
    WHERE seen.edinet_code = issuers.edinet_code AND (first_seen_on, last_seen_on) IS DISTINCT FROM (first_on, last_on)
"""


def load_filer_histories(edinet_codes: Collection[str] | None = None) -> dict[str, list[Version]]:
    """The stored states; of these filers only, where given: then each has an entry, if an empty one."""
    histories: dict[str, list[Version]] = {code: [] for code in edinet_codes or ()}
    condition = "" if edinet_codes is None else "WHERE edinet_code = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT edinet_code, lower(validity), upper(validity), {_READ} FROM issuer_versions {condition}"  # noqa: S608
            " ORDER BY edinet_code, validity",
            None if edinet_codes is None else [list(edinet_codes)],
        )
        for edinet_code, valid_from, valid_until, *state in cursor:
            histories.setdefault(edinet_code, []).append(Version(valid_from, valid_until, tuple(state)))
    return histories


def store_filer_histories(revised: FilerHistories) -> None:
    """Write the states of filers in place of those that are stored, and the issuers and codes that follow from them."""
    codes = list(revised)
    with connection.cursor() as cursor:
        if codes:
            cursor.execute("DELETE FROM issuer_codes WHERE edinet_code = ANY(%s)", [codes])
            cursor.execute("DELETE FROM issuer_versions WHERE edinet_code = ANY(%s)", [codes])
            cursor.execute(_INSERT_VERSIONS, [_as_json(_rows(revised))])
            cursor.execute(_UPSERT_ISSUERS, [codes])
            cursor.execute(_INSERT_CODES, [codes])
            cursor.execute(_DELETE_ISSUERS, [codes])
            cursor.execute(
                "SELECT edinet_code, corporate_number, name, name_kana, name_english FROM issuers WHERE edinet_code = ANY(%s)",
                [codes],
            )
            texts = [(told[0], filer_search_text(*told)) for told in cursor.fetchall()]
            cursor.execute(_SEARCHED, [list(column) for column in zip(*texts, strict=True)] or [[], []])
            cursor.execute("ANALYZE issuer_versions, issuers, issuer_codes")
        cursor.execute(_SEEN)


def _rows(histories: FilerHistories) -> Iterable[dict[str, Any]]:
    for edinet_code, versions in histories.items():
        for version in versions:
            told = dict(zip(FILER_FIELDS, version.state, strict=True))
            yield {
                "edinet_code": edinet_code,
                **told,
                "valid_from": version.valid_from,
                "valid_until": version.valid_until,
            }


def _as_json(rows: Iterable[dict[str, Any]]) -> str:
    return json.dumps(list(rows), default=date.isoformat, ensure_ascii=False)
