"""Lists of the admin that show nothing rather than something else than their address asks for."""

from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import IGNORED_PARAMS, PAGE_VAR
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from unfold.views import ChangeList

from admin_pages.list_address import find_problems, find_usual_problems

_USUAL = (*IGNORED_PARAMS, PAGE_VAR)


class StrictChangeList(ChangeList):
    """Django leaves out what it cannot read and shows everything (`?e=1`). Here the page says what it is, above an empty list."""

    problems: list[str]
    queryset: Any
    page_num: int
    filter_params: dict[str, Any]

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
            *find_problems(request.GET, found[0], usual=_USUAL),
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


def refuse_file(request: HttpRequest, list_name: str) -> HttpResponse:
    """In place of a file: the list of that URL name with the same address, which says what is wrong with it."""
    return redirect(f"{reverse(list_name)}?{request.GET.urlencode()}")
