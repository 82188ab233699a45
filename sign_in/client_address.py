"""Whom a request comes from: the one place where proxies are believed, and only those of `TRUSTED_PROXIES`."""

import ipaddress
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import structlog
from django.conf import settings

logger = structlog.get_logger(__name__)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: A provider gives each line so much of IPv6: whoever has one address of it has all.
_LINE_OF_IPV6 = 64
_LOOPBACK = "127.0.0.1"


def client_address(environ: Mapping[str, Any]) -> str:
    """The client's address, of a WSGI environment and of `request.META` alike; empty where it cannot be told.

    `X-Forwarded-For` is read from the right, because each proxy appends whom it heard; the first that is not one of ours is
    the client. What stands to the left of it the client may have written itself.
    """
    connected, forwarded = environ.get("REMOTE_ADDR") or _LOOPBACK, environ.get("HTTP_X_FORWARDED_FOR", "")
    if not forwarded:
        return _tidy(connected)
    if not settings.TRUSTED_PROXIES:
        _warn_of_proxy(connected)
        return _tidy(connected)
    return _behind_proxies(connected, forwarded, tuple(settings.TRUSTED_PROXIES))


def counted_address(environ: Mapping[str, Any]) -> str:
    """The same as limits count it: of IPv6 the first address of the client's /64."""
    return _count_as(client_address(environ))


@lru_cache(maxsize=1)
def _warn_of_proxy(connected: str) -> None:
    """Once: a proxy that nobody named makes all its clients one."""
    logger.warning("proxy_not_trusted", address=connected, remedy="TRUSTED_PROXIES")


@lru_cache(maxsize=1024)
def _behind_proxies(connected: str, forwarded: str, trusted: tuple[Network, ...]) -> str:
    found = _read(connected)
    for text in reversed(forwarded.split(",")):
        if found is None or not any(found in network for network in trusted):
            break
        before = _read(text)
        if before is None:
            break
        found = before
    return str(found or "")


@lru_cache(maxsize=1024)
def _tidy(text: str) -> str:
    return str(_read(text) or "")


@lru_cache(maxsize=1024)
def _count_as(text: str) -> str:
    address = _read(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _LINE_OF_IPV6), strict=False).network_address)
    return text


def _read(text: str) -> Address | None:
    """An address as servers and proxies write it: also with a port, in brackets, with a zone, or IPv4 inside IPv6.

    A connection over a Unix socket is one of this machine.
    """
    text = text.strip()
    if text == "unix" or text.startswith("unix:"):
        text = _LOOPBACK
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
