"""Chats, each in its own way, through apprise. Loaded by who sends alone (`subscriptions.channels.registry`): measured 2026-11 it takes
7 MB and half a second, with all services that apprise knows 25 MB.

Of apprise only the classes of the services on our list are imported, and each address is one that we made
(`subscriptions.destinations.chat_addresses`): no plugin of anybody, no configuration file and no variable of the environment is looked for.
"""

import re
import threading
import time
from dataclasses import dataclass
from typing import Any

import apprise
from apprise.plugins.discord import NotifyDiscord
from apprise.plugins.google_chat import NotifyGoogleChat
from apprise.plugins.line import NotifyLine
from apprise.plugins.mattermost import NotifyMattermost
from apprise.plugins.ntfy import NotifyNtfy
from apprise.plugins.rocketchat import NotifyRocketChat
from apprise.plugins.slack import NotifySlack
from apprise.plugins.telegram import NotifyTelegram
from apprise.plugins.webexteams import NotifyWebexTeams
from apprise.plugins.workflows import NotifyWorkflows
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, override
from django.views.decorators.debug import sensitive_variables

from subscriptions.channels.links import link_of
from subscriptions.channels.sending import Job, Outcome
from subscriptions.destinations.chat_addresses import read_kept_address
from subscriptions.told.wording import WordedMessage, word_message

_PLUGINS: dict[str, Any] = {
    "slack": NotifySlack, "workflows": NotifyWorkflows, "gchat": NotifyGoogleChat, "discord": NotifyDiscord,
    "wxteams": NotifyWebexTeams, "tgram": NotifyTelegram, "line": NotifyLine, "mmost": NotifyMattermost, "mmosts": NotifyMattermost,
    "rocket": NotifyRocketChat, "rockets": NotifyRocketChat, "ntfy": NotifyNtfy, "ntfys": NotifyNtfy,
}  # fmt: skip
#: What every service is told, whatever an address says: set after it was read. Its footer would advertise the library.
_ALWAYS: dict[str, Any] = {
    "verify": True, "redirect": False, "cto": 5.0, "rto": 10.0, "overflow": "split", "retry": 0, "store": False,
    "include_image": False, "include_footer": False, "avatar": False, "emojis": False,
}  # fmt: skip
_ASSET = apprise.AppriseAsset(
    app_id="Meigara", app_desc="Meigara", app_url="", http_redirects=False, async_mode=False, interpret_emojis=False, service_timeout=0,
    storage_mode="memory", plugin_paths=[], allow_templates=False, secure_logging=True, timezone="UTC",
)  # fmt: skip
#: An attempt is given up after so long; its thread ends when the service does.
LONGEST_SECONDS = 30.0
#: So many may hang at once; more are not begun.
_HANGING = threading.BoundedSemaphore(16)
#: As apprise says what a service answered.
_STATUS = re.compile(r"\berror=(?P<status>[1-5][0-9]{2})\b")
#: What chats take for a mention, a link or a control, wherever it comes from: names are told as names.
_LITERAL = str.maketrans({"<": "＜", ">": "＞", "@": "＠"})


@dataclass(slots=True)
class _Attempt:
    """Shared with the thread that makes it."""

    result: Any = None


class ChatChannel:
    """All services that are on our list."""

    def __init__(self, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._longest_seconds = longest_seconds

    @sensitive_variables()
    def send(self, job: Job) -> Outcome:
        """Try once, with one request. A service that refuses what is right in form may take it later, so all is tried again."""
        began = time.monotonic()
        try:
            service = open_service(job.address)
        except ValidationError:
            return Outcome(False, error_code="ADDRESS_REFUSED")
        with override(job.language):
            title, body = fit(word_message(job.content, job.language), link_of(job.content), _room_of(service))
        if not _HANGING.acquire(blocking=False):
            return Outcome(False, error_code="TOO_MANY_HANGING")
        attempt = _Attempt()
        thread = threading.Thread(target=_notify, args=(service, title, body, attempt), daemon=True, name="chat")
        thread.start()
        thread.join(self._longest_seconds)
        return _judge(attempt.result, round((time.monotonic() - began) * 1000))


@sensitive_variables()
def open_service(address: str) -> Any:
    """The service that a kept address is of. Raises `ValidationError` where it may not be told any more."""
    read_kept_address(address)
    plugin = _PLUGINS[address.partition("://")[0]]
    return plugin(asset=_ASSET, **{**plugin.parse_url(address), **_ALWAYS})


def fit(words: WordedMessage, link: str, room: int) -> tuple[str, str]:
    """Title and text with as many lines as a service takes in one message, whole ones; that there are more is said."""
    title = " ".join(words.title.translate(_LITERAL).split())[:200]
    lines = [line.translate(_LITERAL) for line in words.lines]
    kept = list(lines)
    while True:
        left_out = words.more + len(lines) - len(kept)
        rest = [gettext("ほか {count} 件").format(count=left_out)] if left_out else []
        body = "\n".join([*kept, *rest, *([link] if link else [])])
        if len(body) + len(title) <= room or not kept:
            return (title, body) if body else ("", title)
        kept.pop()


@sensitive_variables()
def _notify(service: Any, title: str, body: str, attempt: _Attempt) -> None:
    """In a thread of its own: a service that drips its answer in is not waited for without end."""
    try:
        sender = apprise.Apprise(asset=_ASSET)
        sender.add(service)
        attempt.result = sender.notify(body=body, title=title, body_format=apprise.NotifyFormat.TEXT)
    finally:
        _HANGING.release()


def _room_of(service: Any) -> int:
    """Letters for title and text together; escaping makes some longer."""
    return int(service.body_maxlen * 0.8)


def _judge(result: Any, duration_ms: int) -> Outcome:
    """What apprise knows: that it was taken, else at most the status, from the lines that it wrote of this attempt. They are not kept."""
    if result is None:
        return Outcome(False, error_code="TIMEOUT", duration_ms=duration_ms)
    if result:
        return Outcome(True, duration_ms=duration_ms)
    said = [found for entry in result.logs() if (found := _STATUS.search(entry.message))]
    status = int(said[-1]["status"]) if said else None
    # Some answer 200, and say in the body that they did not take it.
    if status is not None and status >= 300:
        return Outcome(False, status, f"HTTP_{status}", duration_ms=duration_ms, is_gone=status == 410)
    return Outcome(False, status, "SERVICE_REFUSED", duration_ms=duration_ms)
