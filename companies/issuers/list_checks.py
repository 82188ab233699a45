"""Judging whether rows can be EDINET's code list at all, before anything is written. Pure."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date

from companies.issuers.errors import IssuerListRefused
from companies.issuers.filer import FILER_FIELDS, Filer
from companies.issuers.filer_faults import find_filer_fault
from companies.ledger.completeness import CompletenessPolicy
from companies.ledger.listed_text import is_garbled_text, show_text
from companies.ledger.snapshot_rows import Rows

_SAMPLE = 10
_SECURITIES_CODE, _NAME = FILER_FIELDS.index("securities_code"), FILER_FIELDS.index("name")
#: Of filers 94 to 98 % are still there a year later, of codes 93 to 98 % (all lists of 2018 to 2026).
POLICY = CompletenessPolicy(near_share=0.99, loss_per_day=0.0003, always_allowed=20)


def refuse_malformed_filers(filers: Sequence[Filer]) -> None:
    """Raise `IssuerListRefused` for what no operator may force."""
    if not filers:
        raise IssuerListRefused("empty")
    faults = [
        {"row": row, "edinet_code": show_text(filer.edinet_code, 20), "field": fault.field, "problem": fault.problem, "value": fault.value}
        for row, filer in enumerate(filers, start=1)
        if (fault := find_filer_fault(filer)) is not None
    ]  # fmt: skip
    if faults:
        raise IssuerListRefused("unusable_row", {"count": len(faults), "sample": faults[:_SAMPLE]})
    for field in ("edinet_code", "securities_code"):
        counted = Counter(code for filer in filers if (code := getattr(filer, field)))
        repeated = sorted(code for code, count in counted.items() if count > 1)
        if repeated:
            raise IssuerListRefused(f"duplicate_{field}", {"count": len(repeated), "sample": repeated[:_SAMPLE]})


def refuse_garbled_filers(rows: Rows, changed: set[str]) -> None:
    """Raise an `IssuerListRefused` that can be forced where a conversion of text lost letters."""
    garbled = [code for code in sorted(changed & rows.keys()) if is_garbled_text("".join(filter(None, rows[code])))]
    if garbled:
        sample = [{"edinet_code": code, "name": show_text(rows[code][_NAME] or "", 50)} for code in garbled[:_SAMPLE]]
        raise IssuerListRefused("garbled_text", {"count": len(garbled), "sample": sample}, can_be_forced=True)


def refuse_too_few_filers(rows: Rows, *, day: date, nearest: Rows, nearest_day: date) -> None:
    """Raise an `IssuerListRefused` that can be forced when too little of the nearest list is there: of its filers in number, of
    the filers themselves, or of the securities codes.
    """
    codes, nearest_codes = listed_codes(rows), listed_codes(nearest)
    for reason, kept, of in (
        ("too_few_filers", len(rows), len(nearest)),
        ("too_few_known_filers", len(nearest.keys() & rows.keys()), len(nearest)),
        ("too_few_codes", len(nearest_codes & codes), len(nearest_codes)),
    ):
        _refuse_too_little(reason, kept, of, day=day, other_day=nearest_day)


def refuse_too_few_companies(rows: Rows, *, day: date, listed: Collection[str], list_day: date) -> None:
    """Raise an `IssuerListRefused` that can be forced where too few of the domestic shares that were listed have an issuer: of a
    first list nothing else tells that half of it is missing. `list_day` is that of the list of issues.
    """
    known = {code[:4] for code in listed_codes(rows)}
    kept = sum(code[:4] in known for code in listed)
    _refuse_too_little("too_few_companies", kept, len(listed), day=day, other_day=list_day)


def listed_codes(rows: Rows) -> set[str]:
    """The securities codes that a list gives."""
    return {code for state in rows.values() if (code := state[_SECURITIES_CODE]) is not None}


def _refuse_too_little(reason: str, kept: int, of: int, *, day: date, other_day: date) -> None:
    if not of:
        return
    share = kept / of
    required, least = POLICY.required_share(day, other_day), POLICY.least_share(day, other_day)
    if share < least or (share < required and of - kept > POLICY.always_allowed):
        details = {
            "kept": kept, "of": of, "nearest_date": other_day.isoformat(), "share": round(share, 4),
            "required_share": round(required, 4),
        }  # fmt: skip
        raise IssuerListRefused(reason, details, can_be_forced=True)
