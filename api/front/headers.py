"""Headers that every answer under `/api/` has in common, made without Django's request and response objects."""

import random
import re
from functools import cache
from wsgiref.types import WSGIEnvironment

from django.conf import settings

from api.front.admission import WINDOW_SECONDS, Admission

Headers = list[tuple[str, str]]

#: Callers may choose the id of a request, to find it in their logs and ours.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")

#: Answers belong to their key, and are asked for again each time: with their ETag that costs no body.
CACHE_CONTROL = "private, no-cache"


def request_id_of(environ: WSGIEnvironment) -> str:
    """The caller's `X-Request-ID` where it is one, else a new one."""
    given: str = environ.get("HTTP_X_REQUEST_ID", "")
    if given and _REQUEST_ID.fullmatch(given):
        return given
    # Another one each time, not a secret.
    return f"{random.getrandbits(64):016x}"  # nosec B311


def rate_limit_headers(admission: Admission | None) -> Headers:
    """How the key stands. `Reset` is the second (since 1970) in which its oldest request leaves the window, `t` the seconds until then.

    Source of the short ones: IETF draft-ietf-httpapi-ratelimit-headers-10, checked 2026-11.
    """
    if admission is None:
        return []
    return [
        ("X-RateLimit-Limit", str(admission.limit)),
        ("X-RateLimit-Remaining", str(admission.remaining)),
        ("X-RateLimit-Reset", str(-(-admission.reset_at // 1000))),
        ("RateLimit-Policy", f'"hour";q={admission.limit};w={WINDOW_SECONDS}'),
        ("RateLimit", f'"hour";r={admission.remaining};t={max(0, -(-(admission.reset_at - admission.now) // 1000))}'),
    ]


@cache
def constant_headers() -> tuple[tuple[str, str], ...]:
    """What every answer says, whoever makes it."""
    headers = [
        ("Vary", "Accept, Accept-Encoding, Accept-Language, Origin, X-API-Key, Authorization, Cookie"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        subdomains = "; includeSubDomains" if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS else ""
        preload = "; preload" if settings.SECURE_HSTS_PRELOAD else ""
        headers.append(("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}{subdomains}{preload}"))
    return tuple(headers)


def cross_origin_headers(environ: WSGIEnvironment) -> Headers:
    """For scripts of the origins that are allowed (`CORS_ALLOWED_ORIGINS`)."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or origin not in settings.CORS_ALLOWED_ORIGINS:
        return []
    return [
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Expose-Headers", ", ".join(settings.CORS_EXPOSE_HEADERS)),
    ]


def is_insecure(environ: WSGIEnvironment) -> bool:
    """Whether Django would send the caller to HTTPS first."""
    if not settings.SECURE_SSL_REDIRECT:
        return False
    header, value = settings.SECURE_PROXY_SSL_HEADER or ("", "")
    return bool(environ.get(header) != value and environ.get("wsgi.url_scheme") != "https")
