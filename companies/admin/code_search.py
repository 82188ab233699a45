"""Where a search from the company list or the start page leads: to the company whose code was typed, or to the list."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from companies.code_notation import find_code
from companies.models import Company


def search_or_open(request: HttpRequest) -> HttpResponse:
    """A code in any notation, and nothing else, opens its company; everything else is searched in the list."""
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    code = find_code(request.GET.get("q", ""))
    company = Company.objects.filter(code=code).values_list("pk", flat=True).first() if code else None
    if company is not None:
        return redirect("admin:companies_company_change", company)
    return redirect(f"{reverse('admin:companies_company_changelist')}?{request.GET.urlencode()}")
