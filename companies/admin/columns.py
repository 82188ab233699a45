"""Which columns of the company list are shown: those that its address names, so that whoever gets the link sees the same.

A person's last choice is remembered by their browser for a year; it holds where they come to the list by themselves, and
becomes a part of the address there.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib.admin.views.main import ORDER_VAR
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from admin_pages.list_address import explain_value

PARAMETER = "columns"
_COOKIE = "company_columns"
_SECONDS = 365 * 86_400
_LIST = "admin:companies_company_changelist"
#: The list makes no sense without these.
ALWAYS = ("code", "name")


def chosen_columns(request: HttpRequest, columns: Sequence[str], on_request: Sequence[str]) -> list[str]:
    """The columns to show, in their usual order; where the address names none, all but those that are `on_request`."""
    return _named(request.GET, [*columns, *on_request]) or list(columns)


def name_columns(shown: Sequence[str]) -> str:
    """As an address names them."""
    return "-".join(name for name in shown if name not in ALWAYS)


def find_column_problems(request: HttpRequest, columns: Sequence[str]) -> list[str]:
    """A sentence for each name in the address that is no column's."""
    asked = [name for name in request.GET.get(PARAMETER, "").split("-") if name]
    title = gettext("表示する列") + f": {PARAMETER}"
    return [explain_value(title, name) for name in asked if name not in columns]


def find_remembered_address(request: HttpRequest, columns: Sequence[str], on_request: Sequence[str]) -> str | None:
    """Where the list is with the columns that this browser remembers, or without them for who follows somebody else's link;
    `None` where the address says all there is to say.
    """
    remembered = _known(request.COOKIES.get(_COOKIE, "").split("-"), [*columns, *on_request])
    if not remembered or PARAMETER in request.GET:
        return None
    is_own_way = not request.GET or (_comes_from_our_pages(request) and ORDER_VAR not in request.GET)
    query = request.GET.copy()
    query[PARAMETER] = name_columns(remembered if is_own_way else columns)
    return f"{request.path}?{query.urlencode()}"


def choose_columns(request: HttpRequest, columns: Sequence[str], on_request: Sequence[str]) -> HttpResponse:
    """Remember what was ticked, and go back to the list as it was filtered and sorted, with these columns in its address."""
    if request.method != "POST":  # the way back from signing in again
        return redirect(_LIST)
    query = QueryDict(request.POST.get("query", ""), mutable=True)
    before = _named(query, [*columns, *on_request]) or list(columns)
    chosen = _known(request.POST.getlist("columns"), [*columns, *on_request]) or list(columns)
    _keep_order(query, before, chosen)
    is_usual = chosen == list(columns)
    query.pop(PARAMETER, None)
    if not is_usual:
        query[PARAMETER] = name_columns(chosen)
    answer = redirect(f"{reverse(_LIST)}?{query.urlencode()}")
    if is_usual:
        answer.delete_cookie(_COOKIE, samesite="Lax")
    else:
        answer.set_cookie(_COOKIE, "-".join(chosen), max_age=_SECONDS, httponly=True, samesite="Lax")
    return answer


def _keep_order(query: QueryDict, before: Sequence[str], chosen: Sequence[str]) -> None:
    """The address orders by places of columns: they are others now, or gone."""
    kept = []
    for part in query.get(ORDER_VAR, "").split("."):
        place = part.removeprefix("-")
        name = before[int(place)] if place.isascii() and place.isdecimal() and int(place[:9]) < len(before) else ""
        if name in chosen:
            kept.append(f"{'-' if part[0] == '-' else ''}{chosen.index(name)}")
    query.pop(ORDER_VAR, None)
    if kept:
        query[ORDER_VAR] = ".".join(kept)


def _comes_from_our_pages(request: HttpRequest) -> bool:
    """A link in a message or a bookmark names no page that it stands on, or another site's."""
    return urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()


def _named(query: QueryDict, columns: Sequence[str]) -> list[str]:
    return _known(query.get(PARAMETER, "").split("-"), columns)


def _known(names: Sequence[str], columns: Sequence[str]) -> list[str]:
    found = [column for column in columns if column in names or column in ALWAYS]
    return found if len(found) > len(ALWAYS) else []
