"""What the list of deliveries is narrowed by."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from subscriptions.models import Delivery, Destination


class OwnDestinationFilter(DropdownFilter):
    """The destinations of who looks, and nobody else's."""

    title, parameter_name = _("通知先"), "destination"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        mine = Destination.objects.filter(owner=request.user.pk).order_by("name")
        return [(str(pk), name) for pk, name in mine.values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> QuerySet[Delivery]:
        return queryset.filter(destination=self.value()) if self.value() in dict(self.lookup_choices) else queryset
