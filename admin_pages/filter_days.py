"""A filter by a period of days."""

from collections.abc import Iterator
from datetime import datetime, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter

from admin_pages.day_fields import DayField, DayInput


class PeriodForm(forms.Form):
    """From and to; either may be left open."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(**options)
        self._first, self._last = f"{name}_from", f"{name}_to"
        for field, label in ((self._first, _("期間の始まり")), (self._last, _("期間の終わり"))):
            self.fields[field] = DayField(
                label=label, required=False, widget=DayInput(attrs={"aria-label": label, "placeholder": label})
            )

    def clean(self) -> dict[str, Any]:
        days: dict[str, Any] = super().clean() or {}
        first, last = days.get(self._first), days.get(self._last)
        if first and last and first > last:
            self.add_error(
                self._last,
                gettext("期間の始まり（{first}）が、終わり（{last}）より後です。").format(first=first, last=last),
            )
        return days


class PeriodFilter(RangeDateFilter):
    """Rows of the days from one to another, both included. What cannot be read is a `problem`, never left out."""

    form_class = PeriodForm

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.form = PeriodForm(name=self.parameter_name, data=self.used_parameters)
        self.first, self.last, self.problem = None, None, ""
        if self.form.is_valid():
            self.first, self.last = (self.form.cleaned_data[name] for name in self.expected_parameters())
        else:
            self.problem = " ".join(
                f"{self.form.fields[name].label}: {error}"
                for name, errors in self.form.errors.items()
                for error in errors
            )

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": self.first})
        if self.last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lte": self.last})
        return queryset

    def words_of(self, name: str, value: str) -> str:
        """An end of the period; as it was typed where it cannot be read."""
        day = self.first if name.endswith("_from") else self.last
        text = gettext("{day} から") if name.endswith("_from") else gettext("{day} まで")
        return text.format(day=day or value)

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"request": self.request, "parameter_name": self.parameter_name, "form": self.form}


class MomentPeriodFilter(PeriodFilter):
    """The same for a field that is a moment: from the first one of a day to the last one of another, by the clock of the pages."""

    def queryset(self, request: Any, queryset: QuerySet[Any]) -> QuerySet[Any]:
        zone = timezone.get_current_timezone()
        if self.first is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__gte": datetime.combine(self.first, time.min, zone)})
        if self.last is not None:
            queryset = queryset.filter(**{f"{self.parameter_name}__lte": datetime.combine(self.last, time.max, zone)})
        return queryset
