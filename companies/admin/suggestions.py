"""Companies suggested while a person types."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from companies.models import Company
from companies.search.in_database import search_companies

_SUGGESTED = 8


def suggestions(request: HttpRequest) -> HttpResponse:
    """The part of a page with the best matches, each leading to its company."""
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    query = request.GET.get("q", "").strip()[:100]
    companies = search_companies(Company.objects.shown().select_related("market"), query)[:_SUGGESTED] if query else []
    return render(request, "admin/companies/company/suggestions.html", {"companies": companies, "query": query})
