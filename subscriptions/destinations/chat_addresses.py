"""Addresses of chats: which services there are, and how what people copy from them becomes the one address that is kept.

An address is read by a pattern of its service and made anew from the parts that the pattern names, so that nothing else of it is ever used:
no option of the library behind it (`subscriptions.channels.chat`), no host of anybody's choice, no other way to speak than https. What the
services' own addresses look like: https://github.com/caronc/apprise/wiki (2.3) and the services' pages, checked 2026-11.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_variables

LONGEST = 2000
_SHOWN_LETTERS = 4


@dataclass(frozen=True, slots=True)
class ChatService:
    """`patterns` are whole addresses; `made` puts their named parts together as apprise reads it. One of `is_own_host` is at a server of
    the person's own.
    """

    name: str
    patterns: tuple[re.Pattern[str], ...]
    made: str
    is_own_host: bool = False
    # Parts that only the query of a pasted address has: by which name, and what they look like.
    of_query: tuple[tuple[str, str, re.Pattern[str]], ...] = ()


@dataclass(frozen=True, slots=True)
class ChatAddress:
    """`url` is a secret."""

    service: str
    url: str = field(repr=False)
    shown: str


def _whole(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII)


_LETTERS = _whole(r"[\w-]{1,200}")
_OWN = r"(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252})(?P<port>:[0-9]{1,5})?"

#: The servers of these are their providers' own.
SERVICES = (
    ChatService(
        "Slack",
        (
            _whole(r"https://hooks\.slack\.com/services/(?P<a>[A-Z0-9]{1,40})/(?P<b>[A-Z0-9]{1,40})/(?P<c>[A-Za-z0-9]{1,80})/?"),
            _whole(r"slack://(?P<a>[A-Z0-9]{1,40})/(?P<b>[A-Z0-9]{1,40})/(?P<c>[A-Za-z0-9]{1,80})/?"),
        ),
        "slack://{a}/{b}/{c}/",
    ),
    ChatService(
        "Microsoft Teams",
        (
            _whole(
                r"https://(?P<host>[a-z0-9][a-z0-9.-]{0,200}\.(?:logic\.azure\.com|api\.powerplatform\.com))(?::443)?"
                r"(?P<pa>/powerautomate/automations/direct(?:/cu/(?P<route>[0-9]{1,6}))?)?"
                r"/workflows/(?P<workflow>[A-Za-z0-9_-]{1,200})/triggers/manual/paths/invoke/?"
            ),
        ),
        "workflows://{host}:443/{workflow}/{sig}/?ver={ver}&pa={pa}{route}",
        of_query=(("sig", "sig", _LETTERS), ("ver", "api-version", _whole(r"[0-9A-Za-z-]{1,40}"))),
    ),
    ChatService(
        "Google Chat",
        (_whole(r"https://chat\.googleapis\.com/v1/spaces/(?P<space>[\w-]{1,100})/messages/?"),),
        "gchat://{space}/{key}/{token}/",
        of_query=(("key", "key", _LETTERS), ("token", "token", _whole(r"[\w=-]{1,200}"))),
    ),
    ChatService(
        "Discord",
        (
            _whole(r"https://(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api/webhooks/(?P<id>[0-9]{1,30})/(?P<token>[\w-]{1,200})/?"),
            _whole(r"discord://(?P<id>[0-9]{1,30})/(?P<token>[\w-]{1,200})/?"),
        ),
        "discord://{id}/{token}/",
    ),
    ChatService(
        "Webex",
        (
            _whole(r"https://(?:webexapis\.com|api\.ciscospark\.com)/v1/webhooks/incoming/(?P<token>[A-Za-z0-9]{80,160})/?"),
            _whole(r"(?:wxteams|webex)://(?P<token>[A-Za-z0-9]{80,160})/?"),
        ),
        "wxteams://{token}/",
    ),
    ChatService(
        "Telegram",
        (_whole(r"tgram://(?:bot)?(?P<bot>[0-9]{1,20}):(?P<key>[\w-]{1,100})/(?P<chat>-?[0-9]{1,32}|@?[A-Za-z][\w]{3,40})/?"),),
        "tgram://{bot}:{key}/{chat}/",
    ),
    ChatService(
        "LINE",
        (_whole(r"line://(?P<token>[A-Za-z0-9+/]{20,400}={0,2})/(?P<to>[UCR][0-9a-f]{32})/?"),),
        "line://_/{to}/?token={token}",
    ),
)  # fmt: skip
#: Of a host of one's own; only where receivers may be private (`ALLOW_PRIVATE_RECEIVERS`).
OWN_SERVICES = (
    ChatService(
        "Mattermost",
        (
            _whole(rf"http(?P<s>s?)://{_OWN}/hooks/(?P<token>[a-z0-9]{{20,40}})/?"),
            _whole(rf"mmost(?P<s>s?)://{_OWN}/(?P<token>[a-z0-9]{{20,40}})/?"),
        ),
        "mmost{s}://{host}{port}/{token}/",
        is_own_host=True,
    ),
    ChatService(
        "Rocket.Chat",
        (
            _whole(rf"http(?P<s>s?)://{_OWN}/hooks/(?P<a>[A-Za-z0-9]{{10,40}})/(?P<b>[A-Za-z0-9]{{20,80}})/?"),
            _whole(rf"rocket(?P<s>s?)://(?P<a>[A-Za-z0-9]{{10,40}})/(?P<b>[A-Za-z0-9]{{20,80}})@{_OWN}/?"),
        ),
        "rocket{s}://{a}%2F{b}@{host}{port}/?mode=webhook",
        is_own_host=True,
    ),
    ChatService(
        "ntfy",
        (_whole(rf"ntfy(?P<s>s?)://{_OWN}/(?P<topic>[\w-]{{1,64}})/?"),),
        "ntfy{s}://{host}{port}/{topic}/?mode=private",
        is_own_host=True,
    ),
)


@sensitive_variables()
def read_chat_address(text: str) -> ChatAddress:
    """What was entered: an apprise URL, or the https URL that the service shows. Raises `ValidationError` in words."""
    text = text.strip()
    if len(text) > LONGEST or not text.isascii() or not text.isprintable():
        raise ValidationError(_unknown())
    whole, _, query = text.partition("?")
    for service in (*SERVICES, *OWN_SERVICES):
        for pattern in service.patterns:
            if found := pattern.fullmatch(whole):
                return _made(service, _parts_of(service, found, query))
    raise ValidationError(_refusal_of(text))


@sensitive_variables()
def read_kept_address(url: str) -> None:
    """Raise `ValidationError` for what is kept of a service that may not be told any more (`ALLOW_PRIVATE_RECEIVERS`)."""
    scheme = url.partition("://")[0]
    for service in OWN_SERVICES:
        if scheme in (service.made.partition("{")[0], service.made.partition("{")[0] + "s"):
            _refuse_own_host(service)


def _refuse_own_host(service: ChatService) -> None:
    if service.is_own_host and not settings.ALLOW_PRIVATE_RECEIVERS:
        raise ValidationError(
            gettext(
                "{service} は利用者のサーバーに置かれるため、このサーバーでは使えません。管理者が ALLOW_PRIVATE_RECEIVERS を有効にすると使えます。"
            ).format(service=service.name)
        )


@sensitive_variables()
def _parts_of(service: ChatService, found: re.Match[str], query: str) -> dict[str, str]:
    """Those of the address, and of its query what the service needs. Anything else in it is refused: it would be an option."""
    parts = {name: value or "" for name, value in found.groupdict().items()}
    asked = parse_qs(query, keep_blank_values=True) if query else {}
    for name, asked_as, pattern in service.of_query:
        values = asked.pop(asked_as, [])
        if len(values) != 1 or not pattern.fullmatch(values[0]):
            raise ValidationError(
                gettext(
                    "{service} の URL が途中で切れています。? 以降も含めて、表示された全体を貼り付けてください。"
                ).format(service=service.name)
            )
        parts[name] = quote(values[0], safe="")
    # What Microsoft puts there for itself.
    if extra := sorted(set(asked) - ({"sp", "sv"} if service.name == "Microsoft Teams" else set())):
        raise ValidationError(
            gettext("URL の ? 以降にある {names} は使えません。取り除いてください。").format(
                names=", ".join(extra)[:100]
            )
        )
    return parts


@sensitive_variables()
def _made(service: ChatService, parts: dict[str, str]) -> ChatAddress:
    _refuse_own_host(service)
    if "pa" in parts:
        parts["pa"] = "yes" if parts["pa"] else "no"
        parts["route"] = f"&route={parts['route']}" if parts["route"] else ""
    if service.name == "LINE":
        parts["token"] = quote(parts["token"], safe="")
    made = service.made.format(**parts)
    secret = next(parts[name] for name in ("sig", "token", "key", "c", "b", "topic") if name in parts)
    end = unquote(secret).rstrip("=")[-_SHOWN_LETTERS:] if len(secret) >= 3 * _SHOWN_LETTERS else ""
    where = f"{service.name} {parts['host']}" if service.is_own_host else service.name
    return ChatAddress(service.name, made, f"{where} …{end}")


def service_names() -> list[str]:
    """Of those that can be told now, as people know them."""
    offered = (*SERVICES, *OWN_SERVICES) if settings.ALLOW_PRIVATE_RECEIVERS else SERVICES
    return [service.name for service in offered]


@sensitive_variables()
def _refusal_of(text: str) -> str:
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return _unknown()
    if host == "hooks.slack.com":
        return gettext("Slack では Incoming Webhook の URL（https://hooks.slack.com/services/…）だけが使えます。")
    if host.endswith(".webhook.office.com"):
        return gettext(
            "Teams の Office 365 コネクタは廃止されました。Teams の「ワークフロー」で作った URL を使ってください。"
        )
    return _unknown()


def _unknown() -> str:
    return gettext(
        "使えるチャットの URL ではありません。使えるのは {services} です。それぞれの Webhook の URL をそのまま貼り付けてください。"
    ).format(services=gettext("、").join(service_names()))
