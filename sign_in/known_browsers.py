"""Browsers in which a person has signed in to the end: others' wrong passwords and codes do not hold those up.

Source: OWASP, "Slow Down Online Guessing Attacks with Device Cookies", checked 2026-11.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

_REMEMBERED = timedelta(days=180)
_SALT = "meigara.known-browser"


def find_browser(request: HttpRequest, username: str) -> str | None:
    """What the browser is counted as, if that person has signed in in it."""
    cookie = request.COOKIES.get(_cookie_of(username))
    if not cookie:
        return None
    try:
        name, browser = signing.loads(cookie, salt=_SALT, max_age=_REMEMBERED)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return str(browser) if name == username else None


def note_sign_in(request: Any) -> None:
    """Password and, where there is one, second factor were right: have the answer remember the browser."""
    request.has_signed_in = True


class KnownBrowserMiddleware:
    """Gives a browser its cookie with the answer to a sign-in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if getattr(request, "has_signed_in", False):
            username = request.user.get_username()
            browser = find_browser(request, username) or secrets.token_hex(8)
            response.set_cookie(
                _cookie_of(username), signing.dumps([username, browser], salt=_SALT), max_age=_REMEMBERED,
                path="/admin/", secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
            )  # fmt: skip
        return response


def _cookie_of(username: str) -> str:
    """One for each person who uses the browser."""
    return f"known_browser_{hashlib.sha256(username.encode()).hexdigest()[:12]}"
