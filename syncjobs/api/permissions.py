"""Who may start and stop synchronisation."""

from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from api.models import ApiKey, Scope


class HasSyncScope(BasePermission):
    """Keys with `sync`, and signed-in staff who may operate syncs; reading also with `read`."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the caller may do this."""
        if isinstance(request.auth, ApiKey):
            return Scope.SYNC in request.auth.scopes or (
                request.method in SAFE_METHODS and Scope.READ in request.auth.scopes
            )
        if not (request.user and request.user.is_authenticated):
            return False
        return request.method in SAFE_METHODS or bool(request.user.has_perm("syncjobs.operate_sync"))
