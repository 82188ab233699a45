"""Asks for the second factor after the right password, of those who have one or must have one."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from sign_in.known_browsers import note_sign_in
from sign_in.second_factor import has_second_factor

#: In the session: the page that has to be gone through first, by the name of its URL.
PENDING = "second_factor_pending"
_ALWAYS_OPEN = ("/admin/login/", "/admin/logout/", "/admin/jsi18n/")


@receiver(user_logged_in)
def note_what_is_missing(sender: Any, request: Any, user: Any, **_options: Any) -> None:
    """At each sign-in: the code, where there is a second factor; its set-up, where there has to be one."""
    if has_second_factor(user):
        request.session[PENDING] = "second_factor_code"
    elif settings.SECOND_FACTOR_REQUIRED:
        request.session[PENDING] = "second_factor"
    else:
        note_sign_in(request)


def is_signed_in_half(request: Any) -> bool:
    """Whether something is still missing. Reads the session only."""
    return PENDING in getattr(request, "session", ())


class SecondFactorMiddleware:
    """Leads everyone who is signed in half to what is missing, whichever page of the admin they ask for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        path = request.path_info
        if path.startswith("/admin/") and path not in _ALWAYS_OPEN and is_signed_in_half(request):
            missing = reverse(request.session[PENDING])
            if path != missing:
                return HttpResponseRedirect(f"{missing}?{urlencode({'next': request.get_full_path()})}")
        return self._get_response(request)
