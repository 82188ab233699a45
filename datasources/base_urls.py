"""Which addresses a source may have: a secret goes there, and an internal service must not be reached through it."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from datasources.addresses import HostRefused, Resolve, find_addresses, is_public, resolve_name


def validate_base_url(url: str, resolve: Resolve = resolve_name) -> None:
    """Raise `ValidationError` (Japanese) for what is not `https://host[:port][/path]`, or leads into a private network.

    Where private addresses are allowed (`ALLOW_PRIVATE_SOURCES`: a laptop, tests, a gateway of one's own) those may
    also be plain http, because their path does not leave the network. A name that leads nowhere today is taken: each connection
    is judged anew (`approve_host`).
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
    try:
        is_private = not all(map(is_public, find_addresses(host, resolve)))
    except HostRefused:
        raise ValidationError(gettext("URL として読めません（例: https://api.jquants.com/v2）。")) from None
    except (OSError, UnicodeError):
        is_private = False
    if is_private and not settings.ALLOW_PRIVATE_SOURCES:
        raise ValidationError(private_host_message(host))
    if parts.scheme == "http" and not is_private:
        raise ValidationError(
            gettext("認証情報を送るため、http:// は使えません。https:// から始まる URL を入力してください。")
        )


def approve_host(
    scheme: str, host: str, resolve: Resolve = resolve_name, *, may_be_private: bool | None = None
) -> list[str]:
    """The addresses to connect to, asked for once. Raises `HostRefused` where one of them is not what the URL may lead to, and
    the resolver's `OSError`. Whether it may lead inside says `ALLOW_PRIVATE_SOURCES`, where the caller has no rule of its own.
    """
    addresses = find_addresses(host, resolve)
    if not (settings.ALLOW_PRIVATE_SOURCES if may_be_private is None else may_be_private):
        is_refused = not all(map(is_public, addresses))
    else:
        is_refused = scheme == "http" and any(map(is_public, addresses))
    if is_refused or not addresses:
        raise HostRefused(host)
    return [str(address) for address in addresses]


def private_host_message(host: str) -> str:
    """Why a host is refused."""
    return gettext(
        "{host} は社内ネットワークまたはこのサーバー自身のアドレスです。公開されたホスト名を指定してください。"
    ).format(host=host)
