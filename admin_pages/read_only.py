"""Pages on which looking is all there is."""

from typing import Any

from django.contrib.admin import ShowFacets
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from admin_pages.model_admin import StrictModelAdmin


def one_line(text: object) -> str:
    """Text of a cell that is not broken into lines, such as a date."""
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


class ReadOnlyAdmin(StrictModelAdmin):
    """Nothing is added, changed or deleted by hand."""

    list_per_page = 50
    show_full_result_count = False
    # Counting the choices of filters takes a query for each of them.
    show_facets = ShowFacets.NEVER

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Without the button to the log of what was edited by hand, which is always empty here."""
        context = {"show_history": False, **(extra_context or {})}
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
