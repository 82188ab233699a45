"""Query parameters as django-filter's sets: declared once, read strictly, described in the schema; the same for list,
export, and what stands ahead of Django.
"""

import copy
from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext
from django_filters import BaseInFilter, Filter
from django_filters.fields import BaseCSVField
from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework import serializers
from rest_framework.fields import empty

from api.endpoints.parameters import Choice, refuse_names

#: Of a comma list.
MAX_VALUES = 1000


class QueryField(forms.Field):
    """Reads a value by a field of REST framework: queries and bodies are judged alike, and in the same words."""

    def __init__(self, *, reads: serializers.Field[Any, Any, Any, Any], **options: Any) -> None:
        super().__init__(**options)
        self.reads = reads

    def clean(self, value: Any) -> Any:
        """The value. Raises `ValidationError`."""
        try:
            return self.reads.run_validation(value)
        except serializers.ValidationError:
            pass
        try:
            # A bound's message stays in the language of who met it first: a new field has a new one.
            return copy.deepcopy(self.reads).run_validation(value)
        except serializers.ValidationError as error:
            raise forms.ValidationError([str(one) for one in error.detail]) from error


class ListField(BaseCSVField):
    """Several of them: at least one, and not without end."""

    reads: serializers.Field[Any, Any, Any, Any]

    def clean(self, value: Any) -> Any:
        """The values. Raises `ValidationError` with what is wrong with the first that is none."""
        if len(value) == 1 and not value[0].strip():
            raise forms.ValidationError(serializers.CharField.default_error_messages["blank"])
        if len(value) > MAX_VALUES:
            raise forms.ValidationError(gettext("{most} 個までにしてください。").format(most=MAX_VALUES))
        try:
            # Their form is all there is to them. What else a field looks at takes as long again, a thousand times.
            return [self.reads.to_internal_value(one) for one in value]
        except serializers.ValidationError as error:
            raise forms.ValidationError([str(one) for one in error.detail]) from error


class Parameter(Filter):
    """One value. It narrows nothing by itself: where a page begins, which file, of which day."""

    field_class = QueryField

    def __init__(self, reads: serializers.Field[Any, Any, Any, Any], *args: Any, **options: Any) -> None:
        options.setdefault("help_text", reads.help_text)
        super().__init__(*args, reads=reads, required=reads.required, **options)
        self.default = reads.default

    def read(self, texts: Sequence[str]) -> Any:
        """The value of what came. Raises `ValidationError`."""
        return self.field.clean(texts[0])

    def filter(self, qs: Any, value: Any) -> Any:
        """All rows."""
        return qs

    def __deepcopy__(self, memo: object) -> Any:
        """For one request: with a place for its filter set, and the rest, which holds nothing of a request, in common."""
        return _for_one_request(self)


class Comparison(Parameter):
    """One value that a field is compared with, or that a method of the set narrows by."""

    def filter(self, qs: Any, value: Any) -> Any:
        """The rows that fit."""
        return Filter.filter(self, qs, value)


class AnyOf(BaseInFilter):
    """Any of several values, with commas between them or the name again before each, as generated clients write them."""

    field_class = QueryField
    base_field_class = ListField
    default = empty

    def __init__(self, reads: serializers.Field[Any, Any, Any, Any], *args: Any, **options: Any) -> None:
        super().__init__(*args, reads=reads, **options)

    def read(self, texts: Sequence[str]) -> list[Any]:
        """The values. Raises `ValidationError`."""
        values: list[Any] = self.field.clean(self.split(",".join(texts)))
        return values

    def split(self, text: str) -> list[str]:
        """A comma list's parts."""
        return text.split(",")

    def __deepcopy__(self, memo: object) -> Any:
        """As of a `Parameter`."""
        return _for_one_request(self)


class ParameterList(AnyOf):
    """Several values that narrow nothing by themselves."""

    def filter(self, qs: Any, value: Any) -> Any:
        """All rows."""
        return qs


class Ordering(AnyOf):
    """Names of fields; `-` before one turns it round. The set's `paths` lead from them to the model's: a field without a
    path is the same in all rows. The order is always total, by code in the end, so that pages neither repeat nor lose a row.
    """

    #: The filter set that it stands in for one request.
    parent: Any

    def __init__(self, names: Sequence[str], **options: Any) -> None:
        choices = [name for field in names for name in (field, f"-{field}")]
        super().__init__(Choice(choices), help_text="並び順（コンマ区切り、- で降順）", **options)

    def read(self, texts: Sequence[str]) -> list[Any]:
        """The names. Raises `ValidationError` where one comes twice: the second could only contradict the first."""
        names = super().read(texts)
        if len({name.removeprefix("-") for name in names}) < len(names):
            raise forms.ValidationError(gettext("同じ項目は 1 回だけ指定してください。"))
        return names

    def filter(self, qs: Any, value: Any) -> Any:
        """The same rows, in order."""
        paths = self.parent.paths
        known = [name for name in value if name.removeprefix("-") in paths]
        wanted = [f"-{paths[name[1:]]}" if name.startswith("-") else paths[name] for name in known]
        return qs.order_by(*wanted, paths["code"])


def _for_one_request(filter_: Any) -> Any:
    copied = copy.copy(filter_)
    if filter_.method is not None:
        copied.method = filter_.method
    return copied


class StrictFilterSet(FilterSet):
    """Base of an endpoint's parameters. A misspelt name is an error, not a filter silently ignored, and so is one that
    comes twice, but for lists.
    """

    def __init__(
        self, data: QueryDict | None = None, queryset: QuerySet[Model] | None = None, *,
        values: dict[str, Any] | None = None, **options: Any,
    ) -> None:  # fmt: skip
        """`values` are those of `read`, where it was asked already."""
        super().__init__(data, queryset, **options)
        self.values = self.read(data or QueryDict()) if values is None else values

    def is_valid(self) -> bool:
        """Always: what is wrong is raised where it is read."""
        return True

    @property
    def qs(self) -> Any:
        """The rows that are left."""
        return self.filter_queryset(self.queryset)

    def filter_queryset(self, queryset: Any) -> Any:
        """Apply the filters in the order of their declaration."""
        for name, value in self.values.items():
            if name in self.filters:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    @classmethod
    def read(cls, query: QueryDict) -> dict[str, Any]:
        """The checked values; what was not given is absent or has its default. Raises `ValidationError` by field."""
        return cls.read_lists(dict(query.lists()))

    @classmethod
    def read_pairs(cls, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """The same for names and values as they came."""
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            given.setdefault(name, []).append(value)
        return cls.read_lists(given)

    @classmethod
    def read_lists(cls, given: dict[str, list[str]]) -> dict[str, Any]:
        """The same for the values of each name. The fields hold nothing of a request: one set serves all, because making
        it takes longer than a page.
        """
        filters: dict[str, Any] = dict(cls.base_filters)
        repeated = [
            name for name, texts in given.items() if len(texts) > 1 and not isinstance(filters.get(name), AnyOf)
        ]
        refuse_names(given, filters, repeated)
        values: dict[str, Any] = {}
        errors: dict[str, Any] = {}
        for name, filter_ in filters.items():
            if name not in given and filter_.default is not empty:
                values[name] = filter_.default
            elif name in given or filter_.extra["required"]:
                try:
                    values[name] = filter_.read(given[name]) if name in given else filter_.field.clean(empty)
                except forms.ValidationError as error:
                    errors[name] = error.messages
        if errors:
            raise serializers.ValidationError(errors)
        return cls.check(values)

    @classmethod
    def check(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The values, where they go together. Raises `ValidationError` by field."""
        return values


class StrictFilterBackend(DjangoFilterBackend):
    """Filters by what the view has read of the query already (`api.endpoints.data_views`), unknown names refused."""

    def get_filterset_class(self, view: Any, queryset: Any = None) -> Any:
        """The set of the action."""
        return view.get_filterset_class()

    def get_filterset_kwargs(self, request: Any, queryset: Any, view: Any) -> dict[str, Any]:
        """With what was read."""
        return {**super().get_filterset_kwargs(request, queryset, view), "values": view.values}

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        """The rows that are left."""
        filterset: Any = self.get_filterset(request, queryset, view)
        return filterset.qs
