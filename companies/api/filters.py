"""The list's filters, on companies as they are and on versions of a day alike."""

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from companies.search.in_database import search_companies

Filterable = TypeVar("Filterable", bound=Model)

_IN_LISTS = ("market_code", "sector17_code", "sector33_code", "scale_category", "margin_code", "product_category")


def filter_and_order(
    rows: QuerySet[Filterable], values: Mapping[str, Any], paths: Mapping[str, str]
) -> QuerySet[Filterable]:
    """Apply what `CompanyListParameters` read. `paths` leads from a field of the answer to the model's.

    The order is always total, by code in the end, so that pages neither repeat nor lose a row.
    """
    for field in _IN_LISTS:
        if field in values:
            rows = rows.filter(**{f"{paths[field]}__in": values[field]})
    if "code" in values:
        rows = rows.filter(**{f"{paths['code']}__in": values["code"]})
    if "updated_since" in values:
        rows = rows.filter(**{f"{paths['updated_at']}__gte": values["updated_since"]})
    if "q" in values:
        rows = search_companies(rows, values["q"], code_field=paths["code"])
    if "ordering" in values:
        # A field without a path is the same in all rows.
        names = [_path(name, paths) for name in values["ordering"] if name.removeprefix("-") in paths]
        rows = rows.order_by(*names, paths["code"])
    elif "q" not in values:
        rows = rows.order_by(paths["code"])
    return rows


def _path(name: str, paths: Mapping[str, str]) -> str:
    return f"-{paths[name[1:]]}" if name.startswith("-") else paths[name]
