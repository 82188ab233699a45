"""How many issues each list has, large: with the values, and to be kept as a picture or a table."""

from itertools import pairwise
from typing import Any

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.list_address import explain_unknown
from admin_pages.strict_list import refuse_file
from companies.admin.curve import draw_large_curve
from companies.admin.file_answers import file_answer, take_format
from companies.admin.file_conditions import conditions_sheet
from companies.known.reading import newest_revision
from companies.listing_statistics import count_over_time
from companies.models import ListingSnapshot
from companies.workbook import Book

_PAGE = "admin:companies_listingsnapshot_curve"
_POINTS = 240
_HEADINGS = (_("日付"), _("銘柄数"), _("前の一覧との差"), _("出典"))


def curve_page(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """The curve, and the ways to keep it."""
    _check(request)
    problems = [explain_unknown(name) for name in request.GET]
    context = {
        **site.each_context(request), "title": gettext("銘柄数の推移"), "opts": ListingSnapshot._meta, "problems": problems,
        **({} if problems else _drawn()),
    }  # fmt: skip
    return render(request, "admin/companies/listingsnapshot/curve.html", context)


def curve_picture(request: HttpRequest) -> HttpResponseBase:
    """The same as a picture that needs no page around it."""
    _check(request)
    if request.GET:
        return refuse_file(request, _PAGE)
    drawn = _drawn()
    if drawn["curve"] is None:
        return redirect(_PAGE)
    context = {**drawn, "is_file": True, "revision": newest_revision()}
    picture = render(
        request, "admin/companies/listingsnapshot/curve_drawing.html", context, content_type="image/svg+xml"
    )
    picture.headers["Content-Disposition"] = f'attachment; filename="{_name()}.svg"'
    picture.headers["Cache-Control"] = "no-store"
    return picture


def export_curve(request: HttpRequest) -> HttpResponseBase:
    """Each list with its number, all of them, whatever the picture thins out."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    if file_format is None or request.GET:
        return refuse_file(request, _PAGE)
    headings = tuple(str(heading) for heading in _HEADINGS)
    lists = list(ListingSnapshot.objects.holding().defer("rows").order_by("date_in_force"))
    changes = [None, *(after.row_count - before.row_count for before, after in pairwise(lists))]
    rows = [
        dict(zip(headings, (one.date_in_force, one.row_count, change, one.get_source_display()), strict=True))
        for one, change in zip(lists, changes, strict=False)
    ]
    sheet = conditions_sheet(
        request, gettext("銘柄数の推移"), revision=newest_revision(), told=[(gettext("件数"), len(rows))],
        lists=[(gettext("最新の一覧"), lists[-1] if lists else None)],
    )  # fmt: skip
    kinds: Any = {headings[0]: "day", headings[1]: "number", headings[2]: "number"}
    return file_answer(
        request, file_format, rows, headings, _name(), back=_PAGE, book=Book(gettext("銘柄数の推移"), kinds, sheets=[sheet])
    )  # fmt: skip


def _check(request: HttpRequest) -> None:
    if not request.user.has_perm("companies.view_company"):
        raise PermissionDenied


def _drawn() -> dict[str, Any]:
    points = count_over_time(_POINTS)
    return {"curve": draw_large_curve(points), "points": points, "is_thinned": len(points) == _POINTS}


def _name() -> str:
    days = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", flat=True)
    first, last = days.first(), days.last()
    return f"listed_companies_{first}_{last}" if first else "listed_companies"
