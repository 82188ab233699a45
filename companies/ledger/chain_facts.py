"""What revisions recorded and took back beside lists, in canonical bytes: what the chain of revisions covers of it (`companies.ledger.chain`).

Each fact is one line of JSON with its names in order and nothing that is not told; the lines of a revision stand in the order of their
bytes. Covered is what never changes once it was recorded. Not what is derived anew for search, nor who of us a row belongs to now,
nor what later becomes known of a list (that it is confirmed, `provisional_lists`), nor who decided on a succession: of that only the
last decision is kept. Versions follow from lists and are proven by replay; but for those that a rebuild recorded, which follow from nothing else.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
from django.db import connection

# That no day is in it is told by itself: an empty range has no ends either, as one of all days. The ledger writes none.
_VALID = {
    "valid_from": "lower(validity)", "valid_until": "upper(validity)",
    "valid_never": "CASE WHEN isempty(validity) THEN true END",
}  # fmt: skip
#: Tables of `companies.recorded.Recorded`: what its facts are about, and what is told of each.
_RECORDED = {
    "company_issuers": (
        "issuer",
        {
            "code": "company_code", "edinet_code": "edinet_code", **_VALID,
            "name_kana": "name_kana", "name_english": "name_english", "corporate_number": "corporate_number",
            "fiscal_year_end": "fiscal_year_end",
        },
    ),
    "official_dates": (
        "official_date",
        {
            name: name
            for name in (
                "code", "kind", "official_on", "reason", "announced_on", "company_name", "market", "origin",
            )
        },
    ),
    "company_identifiers": (
        "identifier",
        {
            "code": "company_code", "scheme": "scheme", "value": "value", **_VALID, "origin": "origin",
        },
    ),
    "(SELECT fact.*, predecessor, successor FROM confirmed_successions AS fact"
    " LEFT JOIN successions ON successions.id = succession_id)": (
        "succession",
        {name: name for name in ("predecessor", "successor", "day", "kind")},
    ),
}  # fmt: skip
_VERSION = {
    "code": "company_code", **_VALID,
    **{
        name: name
        for name in (
            "company_name", "company_name_english", "market_code", "sector17_code", "sector33_code", "scale_category",
            "margin_code", "product_category",
        )
    },
}  # fmt: skip
_STATE = ", ".join(("company_code", "validity", *list(_VERSION)[1 + len(_VALID) :]))
_VERSIONS = (
    f"(SELECT {_STATE}, recorded_in, NULL::bigint AS withdrawn_in FROM company_versions"  # noqa: S608 constants
    f" UNION ALL SELECT {_STATE}, recorded_in, withdrawn_in FROM withdrawn_versions)"
)
_HOLDING = {"list": "entry_id", "date_in_force": "date_in_force"}
# Of the moments only their value counts, not how a connection writes them.
_WITHDRAWAL = {
    "list": "revision.entry", "reason": "reason", "withdrawn_by": "withdrawn_by",
    "withdrawn_at": """to_char(withdrawn_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')""",
}  # fmt: skip
_ASKED = "change.number > %(since)s AND change.number <= %(until)s"


def _of_changes(
    table: str, about: str, told: dict[str, str], ends: tuple[str, str] = ("recorded_in", "withdrawn_in")
) -> str:
    """Rows that one revision records and perhaps another takes back: two facts."""
    first, last = ends
    return f"""SELECT change.number, {_object(about, "change.name", told)} FROM {table} AS fact
        CROSS JOIN LATERAL (VALUES ('recorded', {first}), ('withdrawn', {last})) AS change (name, number)
        WHERE (fact.{first} > %(since)s OR fact.{last} > %(since)s) AND {_ASKED}"""  # noqa: S608


def _of_withdrawals(table: str, column: str, kind: str) -> str:
    return f"""SELECT change.number, {_object("withdrawal", "'recorded'", _WITHDRAWAL)} FROM ledger_revisions AS change
        CROSS JOIN LATERAL (SELECT change.{column} AS entry) AS revision JOIN {table} AS fact ON fact.{column} = revision.entry
        WHERE change.kind = '{kind}' AND {_ASKED}"""  # noqa: S608


def _object(about: str, change: str, told: dict[str, str]) -> str:
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in told.items())
    return f"json_strip_nulls(json_build_object('about', '{about}', 'change', {change}, {pairs}))::text AS told"


_FACTS = " UNION ALL ".join(
    (
        *(_of_changes(table, about, told) for table, (about, told) in _RECORDED.items()),
        _of_withdrawals("snapshot_withdrawals", "entry_id", "withdrawn"),
        _of_withdrawals("issuer_list_withdrawals", "issuer_list_id", "issuer_list_withdrawn"),
    )
)
_OF_REBUILDS = " UNION ALL ".join(
    f"SELECT * FROM ({facts}) AS facts WHERE number = ANY(%(rebuilt)s)"  # noqa: S608
    for facts in (
        _of_changes(_VERSIONS, "version", _VERSION),
        _of_changes("entry_holdings", "holding", _HOLDING, ("held_from", "held_until")),
    )
)


def load_facts(since: int, until: int, rebuilt: Iterable[int]) -> dict[int, bytes]:
    """By revision the canonical lines of its facts: of the revisions after `since` up to `until`, those among them that are rebuilds told
    apart. A revision without any is not there.
    """
    lines: dict[int, list[bytes]] = defaultdict(list)
    asked: dict[str, Any] = {"since": since, "until": until, "rebuilt": list(rebuilt)}
    with connection.cursor() as cursor:
        cursor.execute(_FACTS if not asked["rebuilt"] else f"{_FACTS} UNION ALL {_OF_REBUILDS}", asked)
        for number, told in cursor:
            lines[number].append(canonical(orjson.loads(told)))
    return {number: b"".join(line + b"\n" for line in sorted(of_one)) for number, of_one in lines.items()}


def digest_facts(lines: bytes) -> dict[str, Any]:
    """How many there are, and their SHA-256."""
    return {"count": lines.count(b"\n"), "sha256": hashlib.sha256(lines).hexdigest()}


def canonical(told: dict[str, Any]) -> bytes:
    """JSON with its names in order, without spaces, letters as they are (UTF-8)."""
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)
