"""Which columns of the company list a person wants to see; remembered by their browser for a year."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

_COOKIE = "company_columns"
_SECONDS = 365 * 86_400
#: The list makes no sense without these.
ALWAYS = ("code", "name")


def chosen_columns(request: HttpRequest, columns: Sequence[str], on_request: Sequence[str]) -> list[str]:
    """The columns to show, in their usual order; where nothing was chosen, all but those that are `on_request`."""
    return _known(request.COOKIES.get(_COOKIE, "").split("-"), [*columns, *on_request]) or list(columns)


def choose_columns(request: HttpRequest, columns: Sequence[str]) -> HttpResponse:
    """Remember what was ticked, and go back to the list as it was filtered; its order is by place of columns, so not that."""
    if request.method != "POST":  # the way back from signing in again
        return redirect("admin:companies_company_changelist")
    chosen = _known(request.POST.getlist("columns"), columns)
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    query.pop("o", None)
    answer = redirect(f"{reverse('admin:companies_company_changelist')}?{query.urlencode()}")
    answer.set_cookie(_COOKIE, "-".join(chosen), max_age=_SECONDS, httponly=True, samesite="Lax")
    return answer


def _known(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    found = [column for column in columns if column in names or column in ALWAYS]
    return found if len(found) > len(ALWAYS) else []
