"""Who asks: an API key in `X-API-Key` or as a bearer token, or a member of staff signed in to the admin (for the docs pages)."""

from django.contrib.auth.models import AbstractBaseUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.front.admission import ADMISSION, Admission
from api.front.sent_key import CHALLENGE, find_key
from api.keys import find_api_key, note_use
from api.models import ApiKey
from sign_in.second_factor_middleware import is_signed_in_half


class ApiKeyAuthentication(BaseAuthentication):
    """`request.user` and `request.auth` become the key."""

    def authenticate(self, request: Request) -> tuple[ApiKey, ApiKey] | None:
        """The key that was sent; nothing when there is none. Raises `AuthenticationFailed` for a wrong one."""
        admission: Admission | None = request.META.get(ADMISSION)
        if admission is not None:
            pk, name, prefix, scopes = admission.key
            known = ApiKey(pk=pk, name=name, prefix=prefix, scopes=list(scopes))
            return known, known
        plain = find_key(request.META)
        if plain is None:
            return None
        key = find_api_key(plain)
        if key is None:
            raise AuthenticationFailed
        note_use(key)
        return key, key

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return CHALLENGE


class StaffSessionAuthentication(SessionAuthentication):
    """A session of the admin, with Django's CSRF protection; other users count as nobody."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, None] | None:
        """The signed-in member of staff."""
        found = super().authenticate(request)
        is_staff = found is not None and found[0].is_staff and not is_signed_in_half(request)
        return found if is_staff else None
