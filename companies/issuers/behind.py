"""The companies that an issuer stood behind, every class of shares by itself."""

from datetime import date
from typing import TypedDict

from companies.models import Company, CompanyIssuer


class CompanyBehind(TypedDict):
    """A company and the days: up to, not including, `valid_until` (`None`: still)."""

    code: str
    company_name: str
    is_active: bool
    valid_from: date
    valid_until: date | None


def companies_behind(edinet_code: str) -> list[CompanyBehind]:
    """By code, then oldest first; what followed without a break is told as one."""
    spans = CompanyIssuer.objects.known_at().filter(edinet_code=edinet_code).order_by("code", "validity")
    companies = {
        code: (name, is_active)
        for code, name, is_active in Company.objects.filter(code__in=spans.values("code")).values_list(
            "code", "company_name", "is_active"
        )
    }
    found: list[CompanyBehind] = []
    for code, validity in spans.values_list("code", "validity"):
        if found and found[-1]["code"] == code and found[-1]["valid_until"] == validity.lower:
            found[-1]["valid_until"] = validity.upper
            continue
        if code not in companies:  # the release before took it away, and does not know of issuers
            continue
        name, is_active = companies[code]
        found.append(
            CompanyBehind(
                code=code, company_name=name, is_active=is_active, valid_from=validity.lower, valid_until=validity.upper
            )
        )
    return found
