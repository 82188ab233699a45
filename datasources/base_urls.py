"""Which addresses a source may have: a secret goes there, and an internal service must not be reached through it."""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext


def validate_base_url(url: str) -> None:
    """Raise `ValidationError` (Japanese) for what is not `https://host[:port][/path]`, or leads into a private network.

    Where private addresses are allowed (`ALLOW_PRIVATE_SOURCES`: a laptop, tests, a gateway of one's own) those may
    also be plain http, because their path does not leave the network.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValidationError(gettext("URL として読めません（例: https://api.jquants.com/v2）。")) from None
    if parts.scheme not in ("https", "http") or not host:
        raise ValidationError(gettext("https:// から始まる URL を入力してください（例: https://api.jquants.com/v2）。"))
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValidationError(gettext("ユーザー名・パスワード・? 以降・# 以降は URL に含められません。"))
    is_private = leads_into_private_network(host)
    if is_private and not settings.ALLOW_PRIVATE_SOURCES:
        raise ValidationError(
            gettext(
                "{host} は社内ネットワークまたはこのサーバー自身のアドレスです。公開されたホスト名を指定してください。"
            ).format(host=host)
        )
    if parts.scheme == "http" and not is_private:
        raise ValidationError(
            gettext("認証情報を送るため、http:// は使えません。https:// から始まる URL を入力してください。")
        )


def leads_into_private_network(host: str) -> bool:
    """Whether any address of `host` is not a public one. A name that cannot be resolved leads nowhere: false."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return any(not ipaddress.ip_address(str(entry[4][0]).split("%")[0]).is_global for entry in found)
