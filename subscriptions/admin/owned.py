"""Pages of what belongs to the person who made it."""

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from admin_pages.model_admin import StrictModelAdmin
from sign_in.recording import RecordingAdmin


class OwnedAdmin(StrictModelAdmin):
    """Everyone, superusers too, sees and changes their own; `seen_by_others` are shown besides, and cannot be changed."""

    show_full_result_count = False

    def seen_by_others(self) -> Q:
        """Nothing, unless it can be shared."""
        return Q(pk__in=[])

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One's own, and what others share."""
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.filter(Q(owner=request.user.pk) | self.seen_by_others()).select_related("owner")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.owner_id == request.user.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """With a person goes what was theirs: who may delete the one may delete the other."""
        is_theirs = obj is None or obj.owner_id == request.user.pk or request.user.has_perm("auth.delete_user")
        return super().has_delete_permission(request, obj) and is_theirs


class OwnedThroughKeyAdmin(OwnedAdmin, RecordingAdmin):
    """The same where an API key may have made it for its person; what is changed is written down."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("api_key")

    @display(description=_("作成元"))
    def made_through(self, row: Any) -> str:
        """By hand, or by which key."""
        if row.api_key is None:
            return gettext("管理画面")
        return gettext("API キー「{name}」").format(name=row.api_key.name)

    def named(self, row: Any) -> str:
        """Its name, and the key below it where one made it."""
        if row.api_key is None:
            return str(row.name)
        return format_html('{}<br><span class="text-xs">{}</span>', row.name, self.made_through(row))


def free_name(model: type[Model], owner: Any, wanted: str) -> str:
    """A name that the person has not given yet: the one that is wanted, or with a number."""
    taken = set(model._default_manager.filter(owner=owner, name__startswith=wanted).values_list("name", flat=True))
    names = [wanted, *(f"{wanted} {number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
