"""Addresses that people type and send (`/7203`, `/company/130a`, `/company/7203.T`): a code in any notation leads to its company."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from companies.code_notation import find_code
from companies.events.periods import list_days
from companies.models import Company, OfficialDate, WithdrawnVersion
from companies.search.in_database import search_companies

_SUGGESTED = 8
_SHOWN_LETTERS = 40


@dataclass(frozen=True, slots=True)
class Suggested:
    """Companies that were perhaps meant, and what they have to do with what was typed."""

    heading: str
    companies: list[Company]


def company_of_code(request: HttpRequest, code: str) -> HttpResponse:
    """The page of the company; where there is none, one that says so and helps on."""
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    typed = "".join(letter for letter in code if letter.isprintable()).strip()[:_SHOWN_LETTERS]
    found = find_code(typed)
    key = Company.objects.filter(code=found).values_list("pk", flat=True).first() if found else None
    if key is not None:
        return redirect("admin:companies_company_change", key)
    context = {
        **admin.site.each_context(request), "title": gettext("銘柄が見つかりません"), "opts": Company._meta, "typed": typed, "code": found,
        **(_known_of(found) if found else {}), "suggested": _suggest(typed, found),
    }  # fmt: skip
    return render(request, "admin/companies/company/unknown_code.html", context, status=404)


def _known_of(code: str) -> dict[str, Any]:
    """What is known of a code that no company has: official days of an issue in no list yet, states that were taken back."""
    days = list_days()
    return {
        "official": list(OfficialDate.objects.known_at().filter(code=code).order_by("official_on")),
        "was_known": WithdrawnVersion.objects.filter(code=code).exists(),
        "first_list": days[0] if days else None,
        "last_list": days[-1] if days else None,
        "list_count": len(days),
    }


def _suggest(typed: str, code: str | None) -> list[Suggested]:
    """By the letters that were typed; for a code, other classes of the same issue and its neighbours."""
    companies: Any = Company.objects.shown().select_related("market")
    if code is None:
        found = list(search_companies(companies, typed)[:_SUGGESTED]) if typed else []
        return [Suggested(gettext("名前や読みの近い銘柄"), found)] if found else []
    same = list(companies.filter(code__startswith=code[:4]).order_by("code")[:_SUGGESTED])
    below = companies.filter(code__lt=code).exclude(code__startswith=code[:4]).order_by("-code")[: _SUGGESTED // 2]
    above = companies.filter(code__gt=code).exclude(code__startswith=code[:4]).order_by("code")[: _SUGGESTED // 2]
    suggested = [
        Suggested(gettext("コードの初めの 4 文字が同じ銘柄"), same),
        Suggested(gettext("コードの近い銘柄"), [*list(below)[::-1], *above]),
    ]
    return [one for one in suggested if one.companies]
