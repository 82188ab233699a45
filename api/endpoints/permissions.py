"""What a caller may do: the scopes of a key; members of staff may read."""

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import ApiKey, Scope


class IsKnown(BasePermission):
    """Every key, whatever its scopes, and signed-in staff."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether it is known who asks."""
        return bool(request.user and request.user.is_authenticated)


class HasReadScope(BasePermission):
    """Keys with `read`, and signed-in staff."""

    def has_permission(self, request: Request, view: object) -> bool:
        """Whether the caller may read."""
        if isinstance(request.auth, ApiKey):
            return Scope.READ in request.auth.scopes
        return bool(request.user and request.user.is_authenticated)
