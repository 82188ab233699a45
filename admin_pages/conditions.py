"""The conditions that a list is under, in words, each with the address of the list without it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import (
    BooleanFieldListFilter,
    ChoicesFieldListFilter,
    RelatedFieldListFilter,
    SimpleListFilter,
)
from django.contrib.admin.views.main import PAGE_VAR, SEARCH_VAR
from django.http import QueryDict
from django.utils.translation import gettext

from admin_pages.list_address import shown, values_of


@dataclass(frozen=True, slots=True)
class Condition:
    """One that is on. `without` is the address of the same list without it; `is_asked` says whether the address asks for it, or
    the list has it where nothing is asked.
    """

    title: str
    words: str
    without: str
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class Conditions:
    """All that are on, in the order of the filters, and the address of the list without those that were asked for."""

    on: list[Condition]
    cleared: str

    @property
    def asked_count(self) -> int:
        return sum(condition.is_asked for condition in self.on)


def tell_conditions(query: QueryDict, filters: Iterable[Any], *, kept: Iterable[str]) -> Conditions:
    """What the address asks for. `kept` are the parameters that are no conditions, as the order and the columns."""
    on = [condition for one in filters for condition in _of_filter(one, query)]
    if (text := query.get(SEARCH_VAR, "")).strip():
        on.append(Condition(gettext("検索"), shown(text.strip()), _address(_without(query, SEARCH_VAR))))
    bare = QueryDict(mutable=True)
    for name in kept:
        if name in query:
            bare.setlist(name, query.getlist(name))
    return Conditions(on, _address(bare))


def _of_filter(one: Any, query: QueryDict) -> Iterator[Condition]:
    asked = [(name, value) for name in values_of(one) for value in query.getlist(name) if value.strip()]
    for name, value in asked:
        yield Condition(str(one.title), _words(one, name, value), _address(_without(query, name, value)))
    # A filter that narrows the list although nobody asked says so, and which parameters would widen it.
    if not asked and (standing := getattr(one, "standing_condition", None)) is not None:
        words, widened = standing
        rest = _without(query, PAGE_VAR)
        for name, value in widened.items():
            rest[name] = value
        yield Condition(str(one.title), words, _address(rest), is_asked=False)


def _words(one: Any, name: str, value: str) -> str:
    """What people call a value of a filter; the value itself where there is no such."""
    if (own := getattr(one, "words_of", None)) is not None:
        return shown(own(name, value))
    if name == getattr(one, "lookup_kwarg_isnull", None):
        return gettext("なし") if value in ("1", "True", "true") else gettext("あり")
    if isinstance(one, BooleanFieldListFilter):
        return gettext("はい") if value in ("1", "True", "true") else gettext("いいえ")
    named: dict[str, Any] = {}
    if isinstance(one, ChoicesFieldListFilter):
        named = {str(key): label for key, label in one.field.flatchoices}
    elif isinstance(one, SimpleListFilter | RelatedFieldListFilter):
        named = {str(key): label for key, label in one.lookup_choices}
    return str(named[value]) if value in named else shown(value)


def _without(query: QueryDict, name: str, value: str | None = None) -> QueryDict:
    """The address without a parameter, or without one of its values; on its first page."""
    rest = query.copy()
    rest.pop(PAGE_VAR, None)
    left = [] if value is None else [other for other in rest.getlist(name) if other != value]
    if left:
        rest.setlist(name, left)
    else:
        rest.pop(name, None)
    return rest


def _address(query: QueryDict) -> str:
    return f"?{query.urlencode()}"
