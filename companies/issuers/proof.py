"""Proving issuers and who stood behind which company against the lists, and deriving states of filers anew."""

from collections.abc import Iterator, Sequence

from django.db import connection

from companies.issuers.company_issuers import derive_company_issuers, load_company_issuers
from companies.issuers.filer import FILER_FIELDS, TOLD_FIELDS, continue_filer
from companies.issuers.filer_tables import load_filer_histories, store_filer_histories
from companies.issuers.list_entries import find_standing_list, iterate_issuer_lists
from companies.ledger.differences import Difference, damaged_list
from companies.ledger.history import Version, derive_histories
from companies.ledger.ledger_day import find_ledger_day, place_shown
from companies.ledger.snapshot_rows import is_intact
from companies.models import Company, Issuer, IssuerCode, IssuerList

_SECURITIES_CODE = FILER_FIELDS.index("securities_code")
_CODES = """
    SELECT code, edinet_code, lower(validity), upper(validity) FROM issuer_codes
    EXCEPT ALL
    SELECT securities_code, edinet_code, lower(held), upper(held)
    FROM (SELECT securities_code, edinet_code, unnest(range_agg(validity)) AS held FROM issuer_versions
        WHERE securities_code IS NOT NULL GROUP BY securities_code, edinet_code) AS derived
"""


def damaged_issuer_lists() -> Iterator[Difference]:
    """Lists whose stored rows are not those that were recorded."""
    for entry in IssuerList.objects.order_by("date_in_force", "pk").iterator(chunk_size=4):
        if not is_intact(entry.rows, sha256=entry.sha256):
            yield damaged_list(entry.revisions, f" EDINET コード一覧 {entry.pk}（{entry}）", entry.sha256)


def wrong_issuers() -> Iterator[Difference]:
    """Lists that hold and should not, states of filers, issuers, codes and companies that do not follow from the lists."""
    yield from _wrong_holders()
    derived = derive_histories(iterate_issuer_lists(), continue_filer)
    stored = load_filer_histories()
    for edinet_code in sorted(derived.keys() | stored.keys()):
        ours, theirs = stored.get(edinet_code, []), derived.get(edinet_code, [])
        if ours != theirs:
            yield Difference(f"提出者 {edinet_code} の版", _show(ours), _show(theirs))
    yield from _wrong_projections(stored)
    ours_behind, theirs_behind = load_company_issuers(), derive_company_issuers()
    for code in sorted(ours_behind.keys() | theirs_behind.keys()):
        if ours_behind.get(code) != theirs_behind.get(code):
            yield Difference(
                f"{code} の発行体", str(ours_behind.get(code, "なし")), str(theirs_behind.get(code, "なし")), code
            )
    day = find_ledger_day()
    for code, *told in Company.objects.order_by("code").values_list(
        "code", "edinet_code", "company_name_kana", "issuer_name_english", "corporate_number", "fiscal_year_end"
    ):
        behind = ours_behind.get(code)
        shown = behind[place_shown([one.valid_from for one in behind], day)] if behind else None
        right = [shown.edinet_code, *shown.told] if shown else [None] * (1 + len(TOLD_FIELDS))
        if told != right:
            yield Difference(f"{code} の発行体の現在値", str(told), str(right), code)


def rebuild_filers() -> None:
    """Derive states of filers, issuers and codes anew; the caller holds the ledger's lock."""
    for day in {*IssuerList.objects.values_list("date_in_force", flat=True)}:
        standing = find_standing_list(day)
        holders = [] if standing is None else [standing.pk]
        # In this order: no two lists of a day hold at any moment.
        IssuerList.objects.filter(date_in_force=day, is_superseded=False).exclude(pk__in=holders).update(
            is_superseded=True
        )
        IssuerList.objects.filter(pk__in=holders, is_superseded=True).update(is_superseded=False)
    derived = derive_histories(iterate_issuer_lists(), continue_filer)
    stored = load_filer_histories()
    revised: dict[str, Sequence[Version]] = {code: derived.get(code, []) for code in derived.keys() | stored.keys()}
    store_filer_histories(revised)


def _wrong_holders() -> Iterator[Difference]:
    last: dict[object, int] = dict(
        IssuerList.objects.filter(withdrawal=None).order_by("id").values_list("date_in_force", "pk")
    )
    for entry in IssuerList.objects.defer("rows").order_by("date_in_force", "pk"):
        is_right = last.get(entry.date_in_force) == entry.pk
        if entry.is_superseded == is_right:
            stored, derived = ("無効", "有効") if is_right else ("有効", "無効")
            yield Difference(f"EDINET コード一覧 {entry}（{entry.pk}）", stored, derived)


def _wrong_projections(histories: dict[str, list[Version]]) -> Iterator[Difference]:
    """Issuers and codes that do not follow from the states of filers."""
    columns = ("edinet_code", *FILER_FIELDS)
    issuers = {row[0]: _as_state(row[1:]) for row in Issuer.objects.values_list(*columns)}
    coded = {
        edinet_code: versions[-1].state
        for edinet_code, versions in histories.items()
        if any(version.state[_SECURITIES_CODE] is not None for version in versions)
    }
    for edinet_code in sorted(issuers.keys() | coded.keys()):
        if issuers.get(edinet_code) != coded.get(edinet_code):
            yield Difference(f"発行体 {edinet_code}", str(issuers.get(edinet_code)), str(coded.get(edinet_code)))
    with connection.cursor() as cursor:
        cursor.execute(_CODES)
        for code, edinet_code, begin, end in cursor.fetchall():
            yield Difference(f"証券コード {code} の提出者", f"{edinet_code} [{begin} - {end or ''})", "なし")
    named = {
        (code[_SECURITIES_CODE], edinet_code)
        for edinet_code, versions in histories.items()
        for code in (v.state for v in versions)
    }
    missing = {pair for pair in named if pair[0] is not None} - {*IssuerCode.objects.values_list("code", "issuer_id")}
    for code, edinet_code in sorted(missing):
        yield Difference(f"証券コード {code} の提出者", "なし", edinet_code)


def _as_state(values: Sequence[object]) -> tuple[str | None, ...]:
    return tuple(None if value is None else str(value) for value in values)


def _show(versions: Sequence[Version]) -> str:
    return "、".join(f"[{v.valid_from} - {v.valid_until or ''}) {v.state}" for v in versions) or "なし"
