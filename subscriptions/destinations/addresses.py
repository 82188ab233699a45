"""Addresses of destinations: which a webhook may have, and how they are kept. What a URL has beside its host may be a secret, so
nobody sees more of it than `shown_address`.
"""

import re
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

from datasources.addresses import HostRefused, Resolve, find_addresses, is_public, resolve_name
from datasources.base_urls import approve_host, private_host_message
from datasources.encryption import decrypt, encrypt
from subscriptions.destinations.models import Destination

LONGEST_URL = 2000
# What readers of URLs drop, or take for something else, each in its own way.
_NEVER_IN_A_URL = re.compile(r"[\s\\\x00-\x1f\x7f]")


@sensitive_variables()
def validate_receiver_url(url: str, resolve: Resolve = resolve_name) -> None:
    """Raise `ValidationError` for what is not `https://host[:port][/path][?query]`, or leads into a private network.

    Where receivers may be private (`ALLOW_PRIVATE_RECEIVERS`) those may also be plain http, because what is sent does not leave the
    network. A name that leads nowhere today is taken: each connection is judged anew (`approve_receiver`).
    """
    parts, host = _read(url)
    if parts.username is not None or parts.password is not None:
        raise ValidationError(
            gettext("ユーザー名とパスワードは URL に含められません。受信側では署名で送信元を確認できます。")
        )
    if parts.fragment:
        raise ValidationError(gettext("# 以降は送られないため、URL に含められません。"))
    try:
        is_private = not all(map(is_public, find_addresses(host, resolve)))
    except HostRefused:
        raise ValidationError(_unreadable()) from None
    except (OSError, UnicodeError):
        is_private = False
    if is_private and not settings.ALLOW_PRIVATE_RECEIVERS:
        raise ValidationError(private_host_message(host))
    if parts.scheme == "http" and not is_private:
        raise ValidationError(
            gettext("内容が途中で読まれるため、http:// は使えません。https:// から始まる URL を入力してください。")
        )


def _read(url: str) -> tuple[SplitResult, str]:
    if len(url) > LONGEST_URL:
        raise ValidationError(gettext("URL は {most:,} 文字までです。").format(most=LONGEST_URL))
    try:
        parts = urlsplit(url)
        host, is_readable = parts.hostname or "", parts.port != 0
    except ValueError:
        raise ValidationError(_unreadable()) from None
    if parts.scheme not in ("https", "http"):
        raise ValidationError(gettext("https:// から始まる URL を入力してください。"))
    if not host or not is_readable or _NEVER_IN_A_URL.search(url):
        raise ValidationError(_unreadable())
    return parts, host


def _unreadable() -> str:
    return gettext("URL として読めません（例: https://example.com/webhooks）。")


def approve_receiver(scheme: str, host: str, resolve: Resolve = resolve_name) -> list[str]:
    """The addresses to connect to, asked for once, for each connection. Raises `HostRefused` and the resolver's `OSError`."""
    return approve_host(scheme, host, resolve, may_be_private=settings.ALLOW_PRIVATE_RECEIVERS)


@sensitive_variables()
def shown_url(url: str) -> str:
    """As much of a URL as may be seen: where it leads, and that there is more."""
    parts = urlsplit(url)
    has_more = parts.path.strip("/") or parts.query
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{'/…' if has_more else ''}"


@sensitive_variables()
def store_address(destination: Destination, address: str, *, shown: str) -> None:
    """Put it on the destination, encrypted, with what may be seen of it; it is not saved yet."""
    destination.encrypted_address, destination.shown_address = encrypt(address), shown


@sensitive_variables()
def read_address(destination: Destination) -> str:
    """In plain. Raises `CredentialsUnreadable` where it was encrypted under a key that is no longer there."""
    return decrypt(destination.encrypted_address) if destination.encrypted_address else ""
