"""The company list as a file: exactly what is filtered and searched, in the order shown, with the words of the page."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from companies.admin.file_answers import file_answer, take_format, today
from companies.choices import MarginClass, ProductCategory

_MARGIN = {str(code): str(label) for code, label in MarginClass.choices}
_PRODUCT = {str(code): str(label) for code, label in ProductCategory.choices}
#: Heading → field of a company or of its state.
_COLUMNS = {
    "コード": "code", "J-Quants コード": "jquants_code", "銘柄名": "state_company_name",
    "英語名": "state_company_name_english", "市場区分コード": "state_market_code", "市場区分": "state_market_name",
    "33業種コード": "state_sector33_code", "33業種": "state_sector33_name", "17業種コード": "state_sector17_code",
    "17業種": "state_sector17_name", "規模区分": "state_scale_category", "信用区分": "state_margin_code",
    "商品区分": "state_product_category", "上場中": "is_active", "初出日": "first_seen_on", "最終確認日": "last_seen_on",
}  # fmt: skip
_CHUNK = 1000


def export_list(request: HttpRequest, model_admin: Any) -> HttpResponse | StreamingHttpResponse:
    """Stream what the list with the same query shows, all pages of it."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    if file_format is None:
        return redirect("admin:companies_company_changelist")
    rows = model_admin.get_changelist_instance(request).get_queryset(request).values_list(*_COLUMNS.values())
    return file_answer(file_format, _read(rows), tuple(_COLUMNS), f"companies_{request.GET.get('as_of') or today()}")


def _read(rows: Any) -> Iterator[dict[str, Any]]:
    for row in rows.iterator(chunk_size=_CHUNK):
        values = dict(zip(_COLUMNS, row, strict=True))
        values["信用区分"] = _MARGIN.get(values["信用区分"], values["信用区分"])
        values["商品区分"] = _PRODUCT.get(values["商品区分"], values["商品区分"])
        yield values
