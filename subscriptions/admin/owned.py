"""Pages of what belongs to the person who made it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from admin_pages.model_admin import StrictModelAdmin


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
