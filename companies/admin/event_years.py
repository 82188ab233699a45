"""What came and went in each year, by market: as bars with their numbers, which lead to the events, and as a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.list_address import explain_unknown
from admin_pages.strict_list import refuse_file
from companies.admin.event_filters import UNTOLD
from companies.admin.file_answers import file_answer, take_format
from companies.admin.file_conditions import begun_at_revision, conditions_sheet, day_of, newest_list
from companies.choices import EventType
from companies.columns import Kind
from companies.events.certainty import Certainty
from companies.events.periods import list_days
from companies.events.years import Count, Year, count_by_year
from companies.workbook import Book
from masters.models import Market

#: Of a file.
_HEADINGS = (_("種別"), _("年"), _("市場区分コード"), _("市場区分"), _("確かな件数"), _("その年かもしれない件数"))
_YEARS = "admin:companies_listingevent_years"


@dataclass(frozen=True, slots=True)
class Bar:
    """The events of a year on a market, or on all; widths are hundredths of the longest bar of their column."""

    certain: int
    uncertain: int
    certain_query: str
    uncertain_query: str
    certain_width: float
    both_width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """Of one kind of event: the markets, and for each year the bar of all of them and one for each."""

    kind: str
    label: str
    markets: list[str]
    years: list[tuple[int, list[Bar]]]


def years_page(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """A chart for each kind of event."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    problems = [explain_unknown(name) for name in request.GET]
    days = list_days()
    context = {
        **model_admin.admin_site.each_context(request), "title": gettext("年別・市場別の上場と廃止"), "opts": model_admin.opts,
        "problems": problems, "charts": [] if problems else _charts(), "days": days,
    }  # fmt: skip
    return render(request, "admin/companies/listingevent/years.html", context)


def _charts() -> list[Chart]:
    names = Market.objects.names()
    return [
        _chart(kind, years, names) for kind, years in count_by_year().items() if any(year.by_market for year in years)
    ]  # fmt: skip


def _chart(kind: str, years: list[Year], names: list[tuple[str, str]]) -> Chart:
    seen = {market for year in years for market in year.by_market}
    known = [code for code, _name in names if code in seen]
    markets: list[str | None] = [*known, *sorted(code for code in seen if code and code not in dict(names))]
    markets += [None] if None in seen else []
    columns = [[year.total for year in years]]
    columns += [[year.by_market.get(market, Count()) for year in years] for market in markets]
    # All markets by one measure, so that they can be compared; the sum of them by its own.
    of_all, of_one = (_longest(part) for part in (columns[:1], columns[1:]))
    rows = []
    for place, year in enumerate(years):
        bars = [
            _bar(kind, year.year, None if at == 0 else markets[at - 1] or UNTOLD, column[place], of_one if at else of_all)
            for at, column in enumerate(columns)
        ]  # fmt: skip
        rows.append((year.year, bars))
    told = [dict(names).get(market, market) if market else gettext("区分なし") for market in markets]
    return Chart(kind, str(EventType(kind).label), told, rows)


def _longest(columns: list[list[Count]]) -> int:
    return max((one.certain + one.uncertain for column in columns for one in column), default=0) or 1


def _bar(kind: str, year: int, market: str | None, count: Count, longest: int) -> Bar:
    def query(certainty: Certainty) -> str:
        period = {"event_date_from": f"{year}-01-01", "event_date_to": f"{year}-12-31", "certainty": certainty.value}
        return urlencode({"type": kind, **({"market": market} if market else {}), **period})

    return Bar(
        count.certain, count.uncertain, query(Certainty.CERTAIN), query(Certainty.UNCERTAIN),
        round(100 * count.certain / longest, 1), round(100 * (count.certain + count.uncertain) / longest, 1),
    )  # fmt: skip


def export_years(request: HttpRequest) -> HttpResponseBase:
    """A row for each kind, year and market."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    if file_format is None or request.GET:
        return refuse_file(request, _YEARS)
    headings = tuple(str(heading) for heading in _HEADINGS)
    rows, revision = begun_at_revision(lambda: list(_rows(headings)))
    days = list_days()
    told = [
        (gettext("数え方"), gettext("年をまたぐ 2 つの一覧の間に起きたものは、その可能性のある各年に「その年かもしれない件数」として数えています。")),
        (gettext("一覧"), gettext("{first} から {last} まで {count} 日分").format(first=days[0], last=days[-1], count=len(days)) if days else gettext("なし")),
    ]  # fmt: skip
    sheet = conditions_sheet(
        request, gettext("年別・市場別の上場と廃止"), revision=revision, told=told, lists=[(gettext("最新の一覧"), newest_list())]
    )  # fmt: skip
    kinds: dict[str, Kind] = dict.fromkeys((headings[1], *headings[-2:]), "number")
    return file_answer(
        request, file_format, rows, headings, f"events_by_year_{day_of(newest_list())}", back=_YEARS,
        book=Book(gettext("年別・市場別"), kinds, sheets=[sheet]),
    )  # fmt: skip


def _rows(headings: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    names = dict(Market.objects.names())
    for kind, years in count_by_year().items():
        for year in years:
            for market, count in sorted(year.by_market.items(), key=lambda one: one[0] or "~"):
                name = names.get(market or "", market) or gettext("区分なし")
                values = (str(EventType(kind).label), year.year, market or "", name, count.certain, count.uncertain)
                yield dict(zip(headings, values, strict=True))
