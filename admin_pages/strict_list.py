"""Lists of the admin that show nothing rather than something else than their address asks for."""

from typing import Any, ClassVar

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IGNORED_PARAMS, ORDER_VAR, PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from unfold.views import ChangeList

from admin_pages.conditions import Conditions, tell_conditions
from admin_pages.list_address import find_problems, find_usual_problems, values_of

_USUAL = (*IGNORED_PARAMS, PAGE_VAR)


class StrictChangeList(ChangeList):
    """Django leaves out what it cannot read and shows everything (`?e=1`). Here the page says what it is, above an empty list."""

    #: Parameters of its address that are neither filters nor those of every list.
    own_parameters: ClassVar[tuple[str, ...]] = ()

    problems: list[str]
    queryset: Any
    page_num: int
    filter_params: dict[str, Any]
    full_result_count: int | None

    def __init__(self, request: HttpRequest, *arguments: Any, **options: Any) -> None:
        super().__init__(request, *arguments, **options)
        self._asked = request.GET
        if not self.is_popup:
            self.title = list_title(self.model_admin)

    @cached_property
    def conditions(self) -> Conditions:
        """What narrows the list, and what is before the reader although nobody asked for it."""
        return tell_conditions(self._asked, self.filter_specs, kept=(ORDER_VAR, *self.own_parameters))

    @cached_property
    def total(self) -> int | None:
        """How many rows there are before anything narrows the list, where that is known."""
        return self.full_result_count

    @cached_property
    def link(self) -> str:
        """The query that shows somebody else the same list."""
        query = QueryDict(mutable=True)
        for name, values in self._asked.lists():
            if name != PAGE_VAR and any(values):
                query.setlist(name, [value for value in values if value])
        return query.urlencode()

    @cached_property
    def unfiltered_parameters(self) -> list[tuple[str, str]]:
        """What the form of the filters takes along: all but what it asks for itself, and the page."""
        of_filters = {name for spec in self.filter_specs for name in values_of(spec)}
        return [
            (name, value)
            for name, values in self._asked.lists()
            for value in values
            if name != PAGE_VAR and name not in of_filters
        ]

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """Without those that are none."""
        found: dict[str, Any] = super().get_filters_params(params)
        return {name: values for name, values in found.items() if name not in self.own_parameters}

    def get_filters(self, request: HttpRequest) -> Any:
        """The filters, and what they and the list itself could not read."""
        try:
            found = super().get_filters(request)
        except (IncorrectLookupParameters, DisallowedModelAdminLookup):
            # Some name is no field's: built without parameters, the filters tell which names there are.
            asked, self.filter_params = self.filter_params, {}
            try:
                found = super().get_filters(request)
            finally:
                self.filter_params = asked
            found = (*found[:2], {}, *found[3:])
        self.problems = [
            *find_problems(request.GET, found[0], usual=(*_USUAL, *self.own_parameters)),
            *find_usual_problems(
                request.GET, columns=len(self.list_display), is_searched=bool(self.model_admin.search_fields)
            ),
        ]
        return found

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        """The rows; none where anything could not be read."""
        try:
            rows: QuerySet[Any] = super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters:
            rows, self.clear_all_filters_qs = self.root_queryset, "?"
            self.problems = self.problems or [gettext("条件を読めません。")]
        return rows.none() if self.problems else rows

    def get_results(self, request: HttpRequest) -> None:
        """A page of them, if there is one of that number."""
        if self.page_num != 1:  # every list has a first page, and counting is dear
            self._check_page(request)
        super().get_results(request)

    def _check_page(self, request: HttpRequest) -> None:
        rows: QuerySet[Any] = self.queryset
        pages = self.model_admin.get_paginator(request, rows, self.list_per_page).num_pages
        if not 1 <= self.page_num <= pages:
            self.problems.append(
                gettext("{page} ページ目はありません（全 {pages} ページ）。").format(page=self.page_num, pages=pages)
            )
            self.page_num, self.queryset = 1, rows.none()


def list_title(model_admin: Any) -> str:
    """What a list is called: as its menu entry, where its admin says so."""
    if (own := getattr(model_admin, "list_title", "")) != "":
        return str(own)
    name = str(model_admin.opts.verbose_name_plural)
    text = name if gettext("一覧") in name else gettext("{name}一覧").format(name=name)
    return text[:1].upper() + text[1:]


def refuse_file(request: HttpRequest, list_name: str) -> HttpResponse:
    """In place of a file: the list of that URL name with the same address, which says what is wrong with it."""
    return redirect(f"{reverse(list_name)}?{request.GET.urlencode()}")
