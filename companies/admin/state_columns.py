"""The columns of the company list that show what lists say of a company, on the day of the list."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy
from unfold.decorators import display

from companies.admin.read_only import one_line
from companies.choices import CHOICES_OF
from companies.fields import COMPANY_FIELDS, CompanyField

UNTOLD = "―"

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
        return text if field.has_master else one_line(text)

    return column  # type: ignore[no-any-return] # the decorator is untyped


#: For every field that may be asked for, by its `column`.
STATE_COLUMNS = {field.column: _column(field) for field in COMPANY_FIELDS if field.asked_as}


class StateColumns:
    """What an admin inherits to have them."""


for _name, _made in STATE_COLUMNS.items():
    setattr(StateColumns, _name, _made)
