"""Whether a request comes from a page of another origin, which the protocol has servers refuse.

A page on the internet may have its own name lead to an address inside the network (DNS rebinding); its browser then sends here what the page
wants, with the page's name as `Host` and `Origin`.
"""

from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from django.conf import settings
from django.http.request import split_domain_port, validate_host

_LOCAL = (".localhost", "127.0.0.1", "[::1]")


def is_foreign(environ: WSGIEnvironment) -> bool:
    """Programs send no `Origin`. Pages may be the product's own, or of those that `CORS_ALLOWED_ORIGINS` names."""
    host = environ.get("HTTP_HOST", "")
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS or _LOCAL):
        return True
    origin = environ.get("HTTP_ORIGIN")
    return not (origin is None or origin in settings.CORS_ALLOWED_ORIGINS or urlsplit(origin).netloc == host)
