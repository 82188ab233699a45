"""What the address of a list asks for, judged: every parameter is known and every value can be meant, or it is named."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.contrib.admin import (
    BooleanFieldListFilter,
    ChoicesFieldListFilter,
    RelatedFieldListFilter,
    SimpleListFilter,
)
from django.contrib.admin.views.main import ORDER_VAR, PAGE_VAR, SEARCH_VAR
from django.http import QueryDict
from django.utils.translation import gettext
from unfold.contrib.filters.admin import MultipleDropdownFilter

_YES_OR_NO = {"0", "1", "True", "False", "true", "false"}
_SHOWN_LETTERS = 60
#: As over REST: what is longer is nobody's name, and takes the database seconds.
LONGEST_SEARCH = 100

#: The values that each parameter may have; `None` where its filter judges them itself.
Known = dict[str, Collection[str] | None]


def find_problems(query: QueryDict, filters: Iterable[Any], *, usual: Collection[str]) -> list[str]:
    """A sentence for each parameter that would be left out otherwise. `usual` are those of every list: page, order, …"""
    filters = list(filters)
    known: Known = {name: values for one in filters for name, values in values_of(one).items()}
    titles = {name: str(one.title) for one in filters for name in values_of(one)}
    lists = {one.parameter_name for one in filters if isinstance(one, MultipleDropdownFilter)}
    problems = [str(one.problem) for one in filters if getattr(one, "problem", "")]
    for name, values in query.lists():
        if name not in known and name not in usual:
            problems.append(explain_unknown(name))
        elif name not in lists and len(set(values)) > 1:
            problems.append(
                gettext("「{name}」が何度も指定されています。1 つにしてください。").format(name=shown(name))
            )
        elif (allowed := known.get(name)) is not None:
            problems += [
                explain_value(_titled(titles[name], name), value) for value in values if value and value not in allowed
            ]
    return problems


def find_usual_problems(query: QueryDict, *, columns: int, is_searched: bool) -> list[str]:
    """The same for page, order and search."""
    problems = []
    page, order, search = (query.get(name, "") for name in (PAGE_VAR, ORDER_VAR, SEARCH_VAR))
    if page and not (page.isascii() and page.isdecimal()):
        problems.append(explain_value(_titled(gettext("ページ"), PAGE_VAR), page))
    places = [part.removeprefix("-") for part in order.split(".")] if order else []
    if not all(place.isascii() and place.isdecimal() and int(place[:9]) < columns for place in places):
        problems.append(explain_value(_titled(gettext("並び順"), ORDER_VAR), order))
    if search and (not is_searched or "\0" in search):
        problems.append(explain_value(_titled(gettext("検索"), SEARCH_VAR), search))
    elif len(search) > LONGEST_SEARCH:
        problems.append(gettext("検索する文字は {most} 字までです。").format(most=LONGEST_SEARCH))
    return problems


def _titled(title: str, name: str) -> str:
    return f"{title}: {name}"


def explain_unknown(name: str) -> str:
    """For a parameter that nothing here reads."""
    return gettext("「{name}」という条件は、この画面にはありません。").format(name=shown(name))


def explain_value(name: str, value: str) -> str:
    """For a value that a parameter does not have."""
    return gettext("条件「{name}」に「{value}」という値はありません。").format(name=shown(name), value=shown(value))


def values_of(one: Any) -> Mapping[str, Collection[str] | None]:
    """The parameters that a filter reads, each with the values it may have."""
    if isinstance(one, SimpleListFilter):
        choices = {str(value) for value, _label in one.lookup_choices}
        return {str(one.parameter_name): choices or None}
    values: Known = dict.fromkeys(one.expected_parameters())
    if (is_null := getattr(one, "lookup_kwarg_isnull", None)) is not None:
        values[is_null] = _YES_OR_NO
    if isinstance(one, BooleanFieldListFilter):
        values |= {one.lookup_kwarg: _YES_OR_NO, one.lookup_kwarg2: _YES_OR_NO}
    elif isinstance(one, ChoicesFieldListFilter):
        values[one.lookup_kwarg] = {str(value) for value, _label in one.field.flatchoices}
    elif isinstance(one, RelatedFieldListFilter):
        values[one.lookup_kwarg] = {str(value) for value, _label in one.lookup_choices}
    return {name: allowed for name, allowed in values.items() if name}


def shown(text: str) -> str:
    """As a person may see it: what cannot be seen is shown by its code, what is long is cut."""
    seen = "".join(letter if letter.isprintable() else f"\\x{ord(letter):02x}" for letter in text[: _SHOWN_LETTERS + 1])
    return seen if len(text) <= _SHOWN_LETTERS else f"{seen[:_SHOWN_LETTERS]}…"
