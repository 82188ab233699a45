"""The columns of the company list that show what lists say of a company, on the day of the list."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.numbers import NOTHING
from admin_pages.read_only import one_line
from companies.choices import CHOICES_OF, ScaleCategory
from companies.fields import COMPANY_FIELDS, CompanyField

UNTOLD = NOTHING
# Every size is TOPIX's: where there is little room, that goes without saying.
_FAMILY = "TOPIX "


def untold(words: str = UNTOLD) -> str:
    """Nothing, in a cell that a telephone leaves out."""
    return format_html('<span class="untold">{}</span>', words)


def _short_on_telephones(text: str) -> str:
    if not text.startswith(_FAMILY):
        return one_line(text)
    rest = text.removeprefix(_FAMILY)
    return format_html('<span class="whitespace-nowrap"><span class="wide-only">{}</span>{}</span>', _FAMILY, rest)


_Column = Callable[[Any, Any], str]


def _column(field: CompanyField) -> _Column:
    """By names, which people read, where there are any; the codes are in the masters."""
    order = f"state_{field.short_name}_order" if field.has_master else f"state_{field.name}"
    shown = f"state_{field.short_name}_name" if field.has_master else f"state_{field.name}"
    choices = CHOICES_OF.get(field.name)
    labels = {} if choices is None else dict(choices.choices)

    @display(description=gettext_lazy(field.label), ordering=order)
    def column(_admin: Any, company: Any) -> str:
        value = getattr(company, shown)
        text = str(labels.get(value, value) or UNTOLD)
        if value in (None, "", ScaleCategory.NONE):
            return untold(text)
        return text if field.has_master else _short_on_telephones(text)

    return column  # type: ignore[no-any-return] # the decorator is untyped


#: For every field that may be asked for, by its `column`.
STATE_COLUMNS = {field.column: _column(field) for field in COMPANY_FIELDS if field.asked_as}


def _issuer_column(name: str, label: Any) -> _Column:
    @display(description=label, ordering=f"state_{name}")
    def column(_admin: Any, company: Any) -> str:
        told = getattr(company, f"state_{name}")
        return one_line(told) if told else untold()

    return column  # type: ignore[no-any-return] # the decorator is untyped


#: What is told of the issuer, by the name of the column and with what people call it; never the name of a model's field.
ISSUER_FIELDS = {
    "kana": ("company_name_kana", _("ヨミ")), "edinet": ("edinet_code", _("EDINET コード")),
    "number": ("corporate_number", _("法人番号")), "year_end": ("fiscal_year_end", _("決算日")),
}  # fmt: skip
STATE_COLUMNS |= {column: _issuer_column(*field) for column, field in ISSUER_FIELDS.items()}


class StateColumns:
    """What an admin inherits to have them."""


for _name, _made in STATE_COLUMNS.items():
    setattr(StateColumns, _name, _made)
