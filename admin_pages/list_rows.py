"""The rows of a list as the theme draws them: `{% load list_rows %}{% list_rows cl %}`."""

from collections.abc import Sequence
from copy import copy
from typing import Any

from django.contrib.admin.templatetags.base import InclusionAdminNode
from django.template import Context, Library
from django.template.base import Parser, Token
from unfold.templatetags.unfold_list import result_headers, result_list
from unfold.views import ChangeList

from admin_pages.numbers import is_number_cell

register = Library()


@register.tag(name="list_rows")
def list_rows_tag(parser: Parser, token: Token) -> InclusionAdminNode:
    """In place of the theme's `unfold_result_list`."""
    return InclusionAdminNode(parser, token, func=_draw, template_name="change_list_results.html")  # type: ignore[call-arg, arg-type] # the stubs are of Django 6.1


def _draw(context: Context, cl: ChangeList) -> dict[str, Any]:
    """The theme makes the headings of all columns anew for each row, of which a cell wants its column's name alone. Most of that are
    the addresses that sort by it: columns that cannot be sorted have none.
    """
    rows: Any = copy(cl)
    rows.sortable_by = ()
    headings = list(result_headers(cl))
    drawn = result_list(context, rows)
    mark_number_columns(headings, drawn["results"])
    return {
        **drawn,
        "cl": cl,
        "result_headers": headings,
        "num_sorted_fields": sum(bool(heading["sortable"] and heading["sorted"]) for heading in headings),
    }


def mark_number_columns(headings: list[dict[str, Any]], rows: Sequence[Sequence[str]]) -> None:
    """A heading stands over its numbers, which stand at the right."""
    for place, heading in enumerate(headings):
        if any(is_number_cell(row[place]) for row in rows):
            heading["class_attrib"] = f"{heading['class_attrib']} number-column"
