"""What the newest revision changed of who stands behind companies, for a person to look at."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from companies.known.reading import newest_revision
from companies.models import Company, CompanyIssuer, Issuer

_TOLD = {
    "name_kana": _("ヨミ"), "name_english": _("英語名"), "corporate_number": _("法人番号"), "fiscal_year_end": _("決算日"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class IssuerChange:
    """Of one company: who stands behind it last, before and after (`E02144 トヨタ自動車株式会社`; empty: nobody known), and which
    fields of the same issuer are told otherwise.
    """

    code: str
    company_name: str
    before: str
    after: str
    fields: list[str]


def list_issuer_changes() -> list[IssuerChange]:
    """By code. Those of whom another issuer is told first."""
    number = newest_revision()
    before = _last(CompanyIssuer.objects.filter(withdrawn_in=number))
    after = _last(CompanyIssuer.objects.filter(recorded_in=number))
    codes = sorted(before.keys() | after.keys())
    names = dict(Company.objects.filter(code__in=codes).values_list("code", "company_name"))
    filers = {row.edinet_code for row in (*before.values(), *after.values())}
    issuers = dict(Issuer.objects.filter(edinet_code__in=filers).values_list("edinet_code", "name"))
    changes = [
        IssuerChange(
            code, names.get(code, ""), _told(before.get(code), issuers), _told(after.get(code), issuers),
            _differing(before.get(code), after.get(code)),
        )
        for code in codes
    ]  # fmt: skip
    return sorted(changes, key=lambda change: change.before == change.after)


def _last(rows: Iterable[CompanyIssuer]) -> dict[str, CompanyIssuer]:
    return {row.code: row for row in sorted(rows, key=lambda row: (row.code, row.validity.lower))}


def _told(row: CompanyIssuer | None, names: dict[str, str]) -> str:
    return "" if row is None else f"{row.edinet_code} {names.get(row.edinet_code, '')}".strip()


def _differing(before: Any, after: Any) -> list[str]:
    if before is None or after is None or before.edinet_code != after.edinet_code:
        return []
    return [str(label) for name, label in _TOLD.items() if getattr(before, name) != getattr(after, name)]
