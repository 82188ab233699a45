"""The company list as a file: exactly what is filtered and searched, in the order shown, with the words of the page."""

import re
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from companies.admin.file_answers import file_answer, take_format, today
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
    (_("上場中"), "is_active"),
    (_("初出日"), "first_seen_on"),
    (_("最終確認日"), "last_seen_on"),
)
_FIELDS = tuple(field for _heading, field in _COLUMNS)
#: Fields that are shown by name.
_LABELS = {"state_margin_code": MarginClass, "state_product_category": ProductCategory}
_CHUNK = 1000


def export_list(request: HttpRequest, model_admin: Any) -> HttpResponse | StreamingHttpResponse:
    """Stream what the list with the same query shows, all pages of it."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    if file_format is None:
        return redirect("admin:companies_company_changelist")
    rows = model_admin.get_changelist_instance(request).get_queryset(request).values_list(*_FIELDS)
    headings = tuple(str(heading) for heading, _field in _COLUMNS)
    return file_answer(file_format, _read(rows, headings), headings, f"companies_{_day_of(request)}")


def _day_of(request: HttpRequest) -> str:
    """The day of the list; what is no day is not for the name of a file."""
    given = request.GET.get("as_of", "")
    return given if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", given) else today()


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
