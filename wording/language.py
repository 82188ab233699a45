"""Which language a text is in. Nothing else decides it; texts are translated by gettext, their originals are Japanese."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import parse_cookie
from django.utils.translation import get_language
from django.utils.translation.trans_real import parse_accept_lang_header

_ENGLISH = "en"
#: What programs ask: the API, and what agents speak to.
_OF_PROGRAMS = ("/api/", "/mcp")
#: For people: under `/api/`, and yet pages.
_PAGES_OF_THE_API = ("/api/", "/api/docs/", "/api/redoc/")


def language_of(environ: Mapping[str, Any]) -> str:
    """The language of what is told in answer to a request, by its variables as WSGI names them.

    The API's messages go by `Accept-Language`. Pages go by what was chosen in the account menu and by nothing else: many
    a browser in Japan asks for English.
    """
    if _is_of_the_api(environ):
        return liked_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))
    return find_chosen_language(environ.get("HTTP_COOKIE", "")) or settings.LANGUAGE_CODE


def language_of_refusal(environ: Mapping[str, Any]) -> str:
    """The same for what is refused ahead of Django. A page of that kind leads nowhere to choose: for who has chosen nothing it
    goes by `Accept-Language` as well.
    """
    chosen = None if _is_of_the_api(environ) else find_chosen_language(environ.get("HTTP_COOKIE", ""))
    return chosen or liked_language(environ.get("HTTP_ACCEPT_LANGUAGE", ""))


def liked_language(accept_language: str) -> str:
    """The one of ours that an `Accept-Language` header likes best, else Japanese."""
    ours = dict(settings.LANGUAGES)
    for tag, quality in parse_accept_lang_header(accept_language):
        if quality > 0 and (language := tag.partition("-")[0]) in ours:
            return language
        if quality > 0 and tag == "*":
            break
    return settings.LANGUAGE_CODE


def find_chosen_language(cookie: str) -> str | None:
    """The one that a `Cookie` header has of the switch in the account menu."""
    chosen = parse_cookie(cookie).get(settings.LANGUAGE_COOKIE_NAME)
    return chosen if chosen in dict(settings.LANGUAGES) else None


def named_language(tag: str) -> str:
    """The one that a tag names (`en`, `en-GB`), else Japanese."""
    return _ENGLISH if tag.startswith(_ENGLISH) else settings.LANGUAGE_CODE


def is_english() -> bool:
    """Whether what is told now is to be in English."""
    return named_language(get_language() or "") == _ENGLISH


def _is_of_the_api(environ: Mapping[str, Any]) -> bool:
    path = environ["PATH_INFO"]
    return bool(path.startswith(_OF_PROGRAMS) and path not in _PAGES_OF_THE_API)
