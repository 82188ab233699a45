"""`company_issuers`, and what companies tell of their issuer, brought in line with the lists of both kinds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models.expressions import RawSQL

from companies.issuers.behind_codes import Behind, Presence, Statement, statements_of, stood_behind
from companies.issuers.filer import TOLD_FIELDS
from companies.issuers.filer_tables import load_filer_histories
from companies.issuers.list_entries import issuer_list_days
from companies.ledger.ledger_day import place_shown
from companies.models import Company, CompanyIssuer, IssuerCode, LedgerRevision
from companies.recorded import touch_companies
from companies.search.folding import issuer_search_text

#: By the code of a company, oldest first.
BehindCompanies = dict[str, list[Behind]]

_PRESENCES = """
    SELECT code, lower(presence), upper(presence)
    FROM (SELECT companies.code, unnest(range_agg(validity)) AS presence
        FROM company_versions JOIN companies ON companies.id = company_id {condition} GROUP BY companies.code) AS found
    ORDER BY code, presence
"""
_TOLD = "SELECT DISTINCT company_code FROM company_issuers WHERE withdrawn_in IS NULL AND company_code = ANY(%s)"
# What a company tells of its issuer is what was told last up to the ledger's day; of who is still to come, what is told first.
_TELL = f"""
    UPDATE companies SET company_name_kana = told.name_kana, issuer_name_english = told.name_english,
        edinet_code = told.edinet_code, corporate_number = told.corporate_number, fiscal_year_end = told.fiscal_year_end,
        search_text = told.text
    FROM (
        SELECT companies.id, {", ".join(f"behind.{field}" for field in ("edinet_code", *TOLD_FIELDS))},
            shown.search_text || coalesce(behind.search_text, '') AS text
        FROM (SELECT coalesce(%s, date '9999-12-31') AS day) AS at CROSS JOIN companies JOIN LATERAL (
            SELECT search_text FROM company_versions WHERE company_id = companies.id
            ORDER BY lower(validity) > at.day, abs(lower(validity) - at.day) LIMIT 1
        ) AS shown ON true LEFT JOIN LATERAL (
            SELECT * FROM company_issuers
            WHERE company_code = code AND withdrawn_in IS NULL
            ORDER BY lower(validity) > at.day, abs(lower(validity) - at.day) LIMIT 1
        ) AS behind ON true
        WHERE code = ANY(%s)
    ) AS told
    WHERE companies.id = told.id
        AND (companies.company_name_kana, companies.issuer_name_english, companies.edinet_code, companies.corporate_number,
            companies.fiscal_year_end, companies.search_text)
        IS DISTINCT FROM (told.name_kana, told.name_english, told.edinet_code, told.corporate_number, told.fiscal_year_end,
            told.text)
"""  # noqa: S608 column names are constants


def refresh_company_issuers(revision: LedgerRevision, codes: Collection[str] | None = None) -> set[str]:
    """Record who stood behind these companies (all for `None`) by what the tables of both ledgers say now. The codes of those of
    which something else is told than before.
    """
    if codes is not None and (not codes or not IssuerCode.objects.exists()):
        codes = _told_of(codes) if codes else ()
        if not codes:
            return set()
    derived = derive_company_issuers(codes)
    stored = load_company_issuers(codes)
    changed = {code for code in derived.keys() | stored.keys() if derived.get(code, []) != stored.get(code, [])}
    if changed:
        _store(changed, derived, stored, revision)
    # Also where nothing changed: a row of a company that was written anew tells nothing yet.
    tell_of_issuers(derived.keys() | stored.keys() if codes is None else {*codes}, revision.day)
    return changed


def _told_of(codes: Collection[str]) -> set[str]:
    """Those of the companies of which an issuer is told. Thousands of codes are one value to the database, not a condition each."""
    with connection.cursor() as cursor:
        cursor.execute(_TOLD, [list(codes)])
        return {code for (code,) in cursor}


def is_told_otherwise() -> bool:
    """Whether the stored ones are not what follows from the lists."""
    return derive_company_issuers() != load_company_issuers()


def texts_of_issuers(day: date | None) -> dict[str, str]:
    """What search looks through beside the text of a company's state on the ledger's day, by code."""
    told: dict[str, list[tuple[date, str]]] = {}
    behind = CompanyIssuer.objects.known_at().order_by("code", "validity")
    for code, validity, text in behind.values_list("code", "validity", "search_text"):
        told.setdefault(code, []).append((validity.lower, text))
    return {code: texts[place_shown([start for start, _ in texts], day)][1] for code, texts in told.items()}


def derive_company_issuers(codes: Collection[str] | None = None) -> BehindCompanies:
    """Who stood behind these companies, from the stored histories of both ledgers; none for those that nobody did."""
    presences = _load_presences(codes)
    histories = load_filer_histories(None if codes is None else _issuers_of({code[:4] for code in codes}))
    statements: Mapping[str, Sequence[Statement]] = statements_of(histories, issuer_list_days())
    found = (
        (code, stood_behind(present, statements.get(code[:4], ()), histories)) for code, present in presences.items()
    )
    return {code: behind for code, behind in found if behind}


def load_company_issuers(codes: Collection[str] | None = None) -> BehindCompanies:
    """The stored ones, as they are known now."""
    rows = CompanyIssuer.objects.known_at().order_by("code", "validity")
    if codes is not None:
        rows = rows.filter(code__in=RawSQL("SELECT unnest(%s::text[])", [list(codes)]))
    found: BehindCompanies = {}
    for code, validity, edinet_code, *told in rows.values_list("code", "validity", "edinet_code", *TOLD_FIELDS):
        found.setdefault(code, []).append(Behind(validity.lower, validity.upper, edinet_code, tuple(told)))
    return found


def tell_of_issuers(codes: Collection[str], day: date | None) -> None:
    """Bring the companies' own columns in line with the ledger's day, the text that search looks through included."""
    with connection.cursor() as cursor:
        cursor.execute(_TELL, [day, list(codes)])


def _store(changed: Iterable[str], derived: BehindCompanies, stored: BehindCompanies, revision: LedgerRevision) -> None:
    """What was known until now is kept, withdrawn."""
    codes = list(changed)
    gone = {(code, one) for code in codes for one in stored.get(code, []) if one not in derived.get(code, [])}
    ids = [
        pk
        for pk, code, validity, edinet_code, *told in CompanyIssuer.objects.known_at()
        .filter(code__in=codes)
        .values_list("pk", "code", "validity", "edinet_code", *TOLD_FIELDS)
        if (code, Behind(validity.lower, validity.upper, edinet_code, tuple(told))) in gone
    ]
    CompanyIssuer.objects.filter(pk__in=ids).update(withdrawn_in=revision.number)
    companies = dict(Company.objects.filter(code__in=codes).values_list("code", "pk"))
    CompanyIssuer.objects.bulk_create(
        (
            CompanyIssuer(**_row(code, one), company_id=companies[code], recorded_in=revision.number)
            for code in codes
            for one in derived.get(code, [])
            if one not in stored.get(code, [])
        ),
        batch_size=2_000,
    )
    touch_companies(codes, revision.recorded_at)


def _row(code: str, behind: Behind) -> dict[str, Any]:
    told = dict(zip(TOLD_FIELDS, behind.told, strict=True))
    text = issuer_search_text(told["name_kana"], told["name_english"])
    validity = DateRange(behind.valid_from, behind.valid_until)
    return {"code": code, "edinet_code": behind.edinet_code, "validity": validity, "search_text": text, **told}


def _load_presences(codes: Collection[str] | None) -> dict[str, list[Presence]]:
    presences: dict[str, list[Presence]] = {}
    condition = "" if codes is None else "WHERE companies.code = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(_PRESENCES.format(condition=condition), None if codes is None else [list(codes)])
        for code, begin, end in cursor:
            presences.setdefault(code, []).append((begin, end))
    return presences


def _issuers_of(prefixes: Collection[str]) -> set[str]:
    """Those that ever filed under one of the codes, by their first four characters."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT edinet_code FROM issuer_codes WHERE left(code, 4) = ANY(%s)", [list(prefixes)])
        return {edinet_code for (edinet_code,) in cursor}
