"""The quote on the page of a company, refreshed without loading the page again."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from companies.admin.quote_block import quote_block
from companies.models import Company
from datasources.errors import SourceError
from syncjobs.quotes_on_demand import QuotesSwitchedOff, get_current_quote
from syncjobs.sources import find_quote_source


def quote_part(request: HttpRequest, company_id: int) -> HttpResponse:
    """The part of the page, with a newer quote where the stored one is no longer fresh; nothing where quotes are switched
    off and there never was one.
    """
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied
    company = get_object_or_404(Company, pk=company_id)
    problem: SourceError | None
    try:
        current = get_current_quote(company)
        quote, problem = current.quote, current.problem
    except QuotesSwitchedOff:
        return HttpResponse("")
    except SourceError as error:
        quote, problem = None, error
    context = {
        **quote_block(company, quote, is_stale=problem is not None),
        "problem": problem.message if problem else "",
        "can_refresh": find_quote_source() is not None,
    }
    return render(request, "admin/companies/company/quote.html", context)
