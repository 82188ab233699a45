"""Masters in the admin: names and order may be edited, codes are given by the exchange."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from admin_pages.model_admin import StrictModelAdmin
from admin_pages.numbers import number_column
from api.generations import publish_after_commit
from masters.models import Market, Sector17, Sector33


class MasterAdmin(StrictModelAdmin):
    """A master's rows are never deleted: history refers to their codes. One no longer in use is made inactive."""

    list_display: tuple[str, ...] = ("code", "name", "name_english", "place", "is_active")
    list_display_links = ("code", "name")
    search_fields = ("code", "name", "name_english")
    ordering = ("display_order", "code")
    place = number_column("display_order", _("表示順"))

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> tuple[str, ...]:
        """The code is chosen once."""
        return ("code",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        """Names are in every company's answer."""
        super().save_model(request, obj, form, change)
        publish_after_commit()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


admin.site.register(Market, MasterAdmin)
admin.site.register(Sector17, MasterAdmin)


@admin.register(Sector33)
class Sector33Admin(MasterAdmin):
    """33 sectors with the sector of the 17 they belong to."""

    list_display = ("code", "name", "name_english", "sector17", "place", "is_active")
    list_filter = ("sector17",)
    list_select_related = ("sector17",)
