"""What every model's pages in the admin start from."""

from typing import Any, ClassVar

from django.contrib.admin.utils import flatten
from django.db import models
from django.http import HttpRequest
from unfold.admin import ModelAdmin
from unfold.views import ChangeList

from admin_pages.day_fields import DayField, DayInput, SplitDayTimeField, SplitDayTimeWidget
from admin_pages.numbers import NOTHING
from admin_pages.strict_list import StrictChangeList


class StrictModelAdmin(ModelAdmin):
    """Lists that leave out nothing of their address, forms that take days as people write them."""

    empty_value_display = NOTHING
    # Templates ask for these in each row and field. What is not there takes long to find: for the message, Django lists all that is.
    list_sections = ()
    conditional_fields: ClassVar[Any] = {}
    formfield_overrides: ClassVar[Any] = {
        models.DateTimeField: {"form_class": SplitDayTimeField, "widget": SplitDayTimeWidget},
        models.DateField: {"form_class": DayField, "widget": DayInput},
    }

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """One that says what it cannot read."""
        return StrictChangeList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is known and may be entered. On the form of a new row that is nothing that the database will say of it; to
        those who may only look, no field that exists in the form alone, which would seem to be empty.
        """
        sections = self.all_sections(request, obj)
        names = {name for _title, options in sections for name in flatten(options["fields"])}
        if obj is None:
            left_out = set(self.get_readonly_fields(request, obj))
        elif not self.has_change_permission(request, obj):
            left_out = {name for name in names if not hasattr(obj, name) and not hasattr(self, name)}
        else:
            return sections
        kept = [(title, {**options, "fields": _without(options["fields"], left_out)}) for title, options in sections]
        return [(title, options) for title, options in kept if options["fields"]]

    def all_sections(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of the form, whoever sees it."""
        return super().get_fieldsets(request, obj)


def _without(fields: Any, left_out: set[Any]) -> list[Any]:
    """The fields of a section, some of them side by side in a tuple."""
    rows = [
        tuple(name for name in row if name not in left_out) if isinstance(row, list | tuple) else row for row in fields
    ]
    return [row for row in rows if row and row not in left_out]
