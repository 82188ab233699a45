"""Search texts of versions that are not what folding gives: left by another release, or by a restored backup.

Those of companies are proven with the rest of their row (`companies.ledger.history_proof`).
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from django.db import connection

from companies.search.folding import search_text

_CHUNK = 2_000


class StaleText(NamedTuple):
    """One version and the text it should have."""

    version_id: int
    code: str
    valid_from: date
    stored: str
    right: str


def find_stale_texts() -> Iterator[StaleText]:
    """Every version is looked at; hardly one differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT version.id, companies.code, lower(validity), version.search_text, version.company_name,"
            " version.company_name_english FROM company_versions AS version"
            " JOIN companies ON companies.id = company_id ORDER BY companies.code, validity"
        )
        for version_id, code, valid_from, stored, *names in cursor:
            right = search_text(code, *names)
            if stored != right:
                yield StaleText(version_id, code, valid_from, stored, right)


def refold_versions() -> int:
    """Write the right texts. Returns how many were stale."""
    stale = list(find_stale_texts())
    with connection.cursor() as cursor:
        for start in range(0, len(stale), _CHUNK):
            batch = stale[start : start + _CHUNK]
            cursor.execute(
                "UPDATE company_versions SET search_text = folded.text"
                " FROM unnest(%s::bigint[], %s::text[]) AS folded (id, text) WHERE company_versions.id = folded.id",
                [[text.version_id for text in batch], [text.right for text in batch]],
            )
    return len(stale)
