"""What a list was asked for, in the words of its page: for a file of it, which is read where the page is not."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext
from unfold.contrib.filters.admin import MultipleDropdownFilter

from admin_pages.filter_days import PeriodFilter


def list_conditions(filters: Iterable[Any], search: str = "") -> list[tuple[str, str]]:
    """Each condition that is on with what it lets through, in the order of the filters; then what is searched."""
    told = [(str(one.title), _chosen(one)) for one in filters]
    return [(title, words) for title, words in [*told, (gettext("検索"), search.strip())] if words]


def _chosen(one: Any) -> str:
    if isinstance(one, PeriodFilter):
        days = (one.first or "", one.last or "")
        return gettext("{first} 〜 {last}").format(first=days[0], last=days[1]) if any(days) else ""
    value = one.value() if hasattr(one, "value") else ""
    values = value if isinstance(one, MultipleDropdownFilter) else [value]
    names = {str(choice): str(label) for choice, label in getattr(one, "lookup_choices", ())}
    return gettext("、").join(names.get(str(each), str(each)) for each in values or () if each)
