"""Numbers in lists: with separators of thousands, at the right of their column."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html
from unfold.decorators import display

NOTHING = "―"
_MARK = 'class="number"'


def number_cell(value: int | str | None) -> str:
    """4,451; a text is taken as it is, such as a price or a size in bytes."""
    if value is None:
        return NOTHING
    return format_html('<span class="number">{}</span>', value if isinstance(value, str) else f"{value:,}")


def number_column(field: str, label: Any) -> Callable[[Any, Any], str]:
    """A column for a field of the model that is a number."""

    @display(description=label, ordering=field)
    def column(_admin: Any, row: Any) -> str:
        return number_cell(getattr(row, field))

    return column  # type: ignore[no-any-return] # the decorator is untyped


def is_number_cell(cell: str) -> bool:
    """Whether a drawn cell has a number."""
    return _MARK in cell
