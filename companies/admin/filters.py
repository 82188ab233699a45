"""Filters of the company list. They work on `state_…`: today's values, or those of the chosen day."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, MultipleDropdownFilter

from admin_pages.day_fields import DayField, DayInput
from companies.admin.choice_counts import LISTED, CountedFilter
from companies.admin.finality import note_of_day
from companies.admin.knowledge import (
    asked_knowledge,
    describe_gone,
    describe_shown,
    explain_unknown_list,
    shows_a_day,
)
from companies.errors import SnapshotNotFound
from companies.fields import COMPANY_FIELDS, CompanyField
from companies.models import Company
from companies.named_values import named_values


def chosen_values(dropdown: MultipleDropdownFilter) -> list[str]:
    return [one for one in dropdown.value() or [] if one]


class AsOfForm(forms.Form):
    as_of = DayField(label="", required=False, widget=DayInput(attrs={"aria-label": _("時点")}))


class AsOfFilter(admin.SimpleListFilter):
    """Turns the whole list into the universe of a day. Comes first: the other filters read the states it sets.

    As it was known at a past moment, where the address asks for that (`companies.admin.knowledge`): without a day, that of the
    newest list known then.
    """

    title = _("時点")
    parameter_name = "as_of"
    template = "unfold/filters/filters_date_range.html"

    def __init__(self, request: HttpRequest, params: dict[str, Any], model: type[Model], model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.form = AsOfForm({"as_of": self.value() or ""})
        self.knowledge = asked_knowledge(request)
        self.day: date | None = None
        self.list_day: date | None = None
        self.notice, self.problem = "", ""
        #: How many companies of the day there are no more, and the first of them in words.
        self.gone_count, self.gone = 0, ""
        if not self.form.is_valid():
            self.problem = gettext("「{text}」: 時点の日付を読めません。2024-03-29 のように入力してください。").format(
                text=str(self.value())[:40]
            )
        elif not self.knowledge.problem:
            self._find_list(self.form.cleaned_data["as_of"])

    def _find_list(self, day: date | None) -> None:
        reading = self.knowledge.reading
        if day is None and not reading.is_past:
            return
        try:
            self.list_day = reading.day_in_force(day or date.max)
        except SnapshotNotFound as error:
            self.problem = explain_unknown_list(self.knowledge, error)
            return
        self.day = day or self.list_day
        self.notice = describe_shown(self.knowledge, self.day, self.list_day)
        if not reading.is_past:
            self.notice += note_of_day(self.list_day)
        else:
            self.gone_count, self.gone = describe_gone(self.day)

    def has_output(self) -> bool:
        """There is always a day to choose."""
        return True

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def words_of(self, name: str, value: str) -> str:
        """The day, however it was typed."""
        return str(self.day or value)

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": self.form}

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        """The companies with their states; none where the day cannot be answered."""
        companies: Any = Company.objects.none() if self.problem or self.knowledge.problem else queryset
        stated: QuerySet[Company] = companies.with_state(
            self.day,
            list_day=self.list_day,
            known_versions=self.knowledge.known_versions,
            revision=self.knowledge.revision,
        )
        return stated


class ListedFilter(CountedFilter, DropdownFilter):
    """Listed now, or not any more. Without a choice the list shows what is listed: now, or on the chosen day."""

    title = _("現在の上場状態")
    parameter_name = "listed"
    all_option = None
    counted_field = LISTED

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The default comes first."""
        first = gettext("その日に上場") if shows_a_day(request) else gettext("上場中")
        return [
            ("", first),
            ("yes", gettext("現在も上場中")),
            ("no", gettext("現在は上場廃止")),
            ("all", gettext("すべて")),
        ]

    @property
    def standing_condition(self) -> tuple[str, dict[str, str]] | None:
        """Without a choice the list of today leaves out who has gone."""
        return None if shows_a_day(self.request) else (gettext("上場中"), {"listed": "all"})

    def chosen(self) -> list[bool]:
        """Today's status, whatever the day of the list."""
        return self._statuses(self.value() or "")

    def count(self, choice: str, by_value: Counter[Any]) -> int:
        """All are a choice too."""
        statuses = self._statuses(choice)
        return sum(number for status, number in by_value.items() if not statuses or status in statuses)

    def _statuses(self, choice: str) -> list[bool]:
        choice = choice or ("all" if shows_a_day(self.request) else "yes")
        return [] if choice == "all" else [choice == "yes"]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        chosen = self.chosen()
        return queryset.filter(is_active__in=chosen) if chosen else queryset


class StateFilter(CountedFilter, MultipleDropdownFilter):
    """Any of the chosen values of one field."""

    def chosen(self) -> list[str]:
        return chosen_values(self)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        chosen = self.chosen()
        return queryset.filter(**{f"{self.counted_field}__in": chosen}) if chosen else queryset


def _values_in_use(field: CompanyField, versions: QuerySet[Any]) -> Iterable[str]:
    """Ever: the list may be of a past day."""
    rows = versions.exclude(**{field.name: None}).order_by(field.name)
    values: Iterable[str] = rows.values_list(field.name, flat=True).distinct()
    return values


def field_filter(field: CompanyField) -> type[StateFilter]:
    """The filter of a field: by the names of its values in their usual order, where they have any."""

    class FieldFilter(StateFilter):
        title, parameter_name, counted_field = gettext_lazy(field.label), field.short_name, f"state_{field.name}"

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
            versions = asked_knowledge(request).reading.versions
            return named_values(field) or [(value, value) for value in _values_in_use(field, versions)]

    return FieldFilter


#: Of every field that may be asked for.
FIELD_FILTERS = tuple(field_filter(field) for field in COMPANY_FIELDS if field.asked_as)
