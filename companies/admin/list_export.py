"""The company list as a file: exactly what is filtered and searched, in the order shown, with the words of the page."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from admin_pages.strict_list import refuse_file
from companies.admin.file_answers import file_answer, take_format, today
from companies.admin.filters import AsOfFilter
from companies.choices import MarginClass, ProductCategory

#: Each column's heading, and the field of a company or of its state.
_COLUMNS = (
    (_("コード"), "code"),
    (_("J-Quants コード"), "jquants_code"),
    (_("銘柄名"), "state_company_name"),
    (_("英語名"), "state_company_name_english"),
    (_("市場区分コード"), "state_market_code"),
    (_("市場区分"), "state_market_name"),
    (_("33業種コード"), "state_sector33_code"),
    (_("33業種"), "state_sector33_name"),
    (_("17業種コード"), "state_sector17_code"),
    (_("17業種"), "state_sector17_name"),
    (_("規模区分"), "state_scale_category"),
    (_("信用区分"), "state_margin_code"),
    (_("商品区分"), "state_product_category"),
    (_("上場中"), "state_is_active"),
    (_("初めて載った一覧"), "first_seen_on"),
    (_("最後に載った一覧"), "state_last_seen_on"),
)
_FIELDS = tuple(field for _heading, field in _COLUMNS)
#: Fields that are shown by name.
_LABELS = {"state_margin_code": MarginClass, "state_product_category": ProductCategory}
_CHUNK = 1000


def export_list(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """Stream what the list with the same query shows, all pages of it."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    shown_list = model_admin.get_changelist_instance(request)
    if file_format is None or shown_list.problems:
        return refuse_file(request, "admin:companies_company_changelist")
    rows = shown_list.get_queryset(request).values_list(*_FIELDS)
    headings = tuple(str(heading) for heading, _field in _COLUMNS)
    day = next(spec.day for spec in shown_list.filter_specs if isinstance(spec, AsOfFilter))
    return file_answer(
        request, file_format, _read(rows, headings), headings, f"companies_{day or today()}",
        back="admin:companies_company_changelist",
    )  # fmt: skip


def _read(rows: Any, headings: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    # Read now: the file is written when the language of the request is no longer set.
    labels = {
        _FIELDS.index(field): {str(code): str(label) for code, label in choices.choices}
        for field, choices in _LABELS.items()
    }

    def shown(row: tuple[Any, ...]) -> dict[str, Any]:
        values = list(row)
        for place, names in labels.items():
            values[place] = names.get(values[place], values[place])
        return dict(zip(headings, values, strict=True))

    return map(shown, rows.iterator(chunk_size=_CHUNK))
