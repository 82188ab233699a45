"""Takes secrets out of log lines, whoever wrote them: the last step before a line is written.

Nothing of ours logs a secret; libraries put URLs, headers and values of variables into their messages.
"""

import os
import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlsplit

HIDDEN = "[hidden]"

#: Values under such names are never shown.
_SECRET_NAME = re.compile(
    r"pass(word|wd)|secret|token|api[_-]?key|authorization|cookie|credential|mail_?address|encryption_keys",
    re.IGNORECASE,
)
#: Secrets by their form, wherever they stand. A group that is to stay comes first, one that ends it is looked at only.
_FORMS = re.compile(
    r"(?P<scheme>\b(?:bearer|basic|token)\s+)[A-Za-z0-9._~+/=-]{8,}"
    r"|(?P<user>://[^\s:/@]*:)[^\s@/]+(?=@)"
    r"|(?P<name>\b(?:x-)?(?:api[_-]?key|pass(?:word|wd)?|secret|sessionid|csrftoken|[a-z_]*token|mail_?address)"
    r"[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;})]+"
    r"|(?P<chat>\b(?:hooks\.slack\.com/services|discord(?:app)?\.com/api/webhooks)/|\b(?:slack|discord|gchat|wxteams|tgram)://)[^\s\"'&]+"
    r"|(?P<signed>[?&]sig=)[\w-]+"
    r"|\bmg[rfu]_[\w-]{16,}|\bgAAAA[\w-]{20,}=*|\beyJ[\w-]+\.[\w-]+\.[\w-]+",
    re.IGNORECASE,
)
#: Variables of the environment whose very values are secrets, or URLs with one inside.
_OF_ENVIRONMENT = ("SECRET_KEY", "ENCRYPTION_KEYS", "METRICS_TOKEN", "JQUANTS_API_KEY", "FLOWER_BASIC_AUTH")
_URLS_OF_ENVIRONMENT = ("DATABASE_URL", "REDIS_URL", "BROKER_URL", "CELERY_BROKER_URL", "EMAIL_URL")
# Shorter ones would hide what is no secret.
_SHORTEST = 8


def scrub(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """A processor of structlog."""
    return {name: _scrub_value(name, value) for name, value in line.items()}


def scrub_text(text: str) -> str:
    """The text without secrets of a known form, and without those of this process's environment."""
    known = _known_secrets()
    if known is not None:
        text = known.sub(HIDDEN, text)
    return _FORMS.sub(_hide, text)


def _scrub_value(name: str, value: Any) -> Any:
    if isinstance(value, str):
        return HIDDEN if value and _SECRET_NAME.search(name) else scrub_text(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {key: _scrub_value(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_scrub_value(name, inner) for inner in value]
    return HIDDEN if _SECRET_NAME.search(name) else scrub_text(str(value))


def _hide(found: re.Match[str]) -> str:
    return f"{next((kept for kept in found.groups() if kept), '')}{HIDDEN}"


@cache
def _known_secrets() -> re.Pattern[str] | None:
    texts = {secret for secret in _secrets_of_environment() if len(secret) >= _SHORTEST}
    return re.compile("|".join(map(re.escape, sorted(texts, key=len, reverse=True)))) if texts else None


def _secrets_of_environment() -> Iterable[str]:
    for name in _OF_ENVIRONMENT:
        yield from (part.strip() for part in os.environ.get(name, "").split(","))
    for name in _URLS_OF_ENVIRONMENT:
        try:
            yield urlsplit(os.environ.get(name, "")).password or ""
        except ValueError:
            continue
