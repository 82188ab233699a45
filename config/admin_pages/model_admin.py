"""What every model's pages in the admin start from."""

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from config.admin_pages.day_fields import DayField, DayInput, SplitDayTimeField, SplitDayTimeWidget
from config.admin_pages.strict_list import StrictChangeList


class StrictModelAdmin(ModelAdmin):
    """Lists that leave out nothing of their address, forms that take days as people write them."""

    formfield_overrides: ClassVar[Any] = {
        models.DateTimeField: {"form_class": SplitDayTimeField, "widget": SplitDayTimeWidget},
        models.DateField: {"form_class": DayField, "widget": DayInput},
    }

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """One that says what it cannot read."""
        return StrictChangeList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """On the form of a new row only what can be entered: what the database will say of it is not known yet."""
        sections = super().get_fieldsets(request, obj)
        if obj is not None:
            return sections
        told = set(self.get_readonly_fields(request, obj))
        kept = [(title, {**options, "fields": _without(options["fields"], told)}) for title, options in sections]
        return [(title, options) for title, options in kept if options["fields"]]


def _without(fields: Any, told: set[Any]) -> list[Any]:
    """The fields of a section, some of them side by side in a tuple."""
    rows = [tuple(name for name in row if name not in told) if isinstance(row, list | tuple) else row for row in fields]
    return [row for row in rows if row and row not in told]
