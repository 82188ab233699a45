"""Webhooks by Standard Webhooks (https://www.standardwebhooks.com, read 2026-11): a signed POST with the message's id, answered with
any 2xx.
"""

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext, override
from django.views.decorators.debug import sensitive_variables
from standardwebhooks.webhooks import Webhook

from datasources.addresses import Resolve, resolve_name
from subscriptions.channels.sending import Job, Outcome
from subscriptions.channels.transport import Answer, SendingFailed, post
from subscriptions.told.wording import word_message

USER_AGENT = "Meigara-Webhooks/1"
SHOWN_LETTERS = 500
_TEXT_KINDS = re.compile(r"^(text/|application/([\w.+-]*\+)?(json|xml)\b|application/problem)", re.IGNORECASE)
# What is no letter to be seen, but for line ends; also those that turn the direction of a text, and halves of surrogate pairs, which
# some encodings spell and no database takes.
_NEVER_SHOWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff]")


class WebhookChannel:
    """`resolve` and `known_by` are those of `channels.transport.post`."""

    def __init__(self, resolve: Resolve = resolve_name, known_by: str | None = None) -> None:
        self._resolve, self._known_by = resolve, known_by

    @sensitive_variables()
    def send(self, job: Job) -> Outcome:
        """Try once. 2xx is delivered; 3xx is a failure, because a receiver that moved may have been moved by somebody else."""
        body = make_body(job)
        headers = sign(job, body, datetime.now(UTC))
        began = time.monotonic()
        try:
            answer = post(job.address, body.encode(), headers, resolve=self._resolve, known_by=self._known_by)
        except SendingFailed as failed:
            return Outcome(False, error_code=failed.code, duration_ms=_since(began))
        return _judge(answer, _since(began))


def make_body(job: Job) -> str:
    """The same for each attempt at a delivery."""
    words = word_message(job.content, job.language)
    with override(job.language):
        more = [gettext("ほか {count:,} 件").format(count=words.more)] if words.more else []
    told = {
        "type": job.content.get("type"),
        "timestamp": job.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "subscription_id": job.subscription_id,
        "language": job.language,
        "text": "\n".join([words.title, *words.lines, *more]),
        "data": job.content,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


@sensitive_variables()
def sign(job: Job, body: str, moment: datetime) -> dict[str, str]:
    """The headers of an attempt at a moment (UTC: the library takes any time for that), with a signature of each secret that holds."""
    signatures = [Webhook(secret).sign(msg_id=job.webhook_id, timestamp=moment, data=body) for secret in job.secrets]
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": USER_AGENT,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "webhook-id": job.webhook_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _judge(answer: Answer, duration_ms: int) -> Outcome:
    is_delivered = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
    if is_delivered:
        code = ""
    elif HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        code = "REDIRECTED"
    else:
        code = f"HTTP_{answer.status}"
    return Outcome(
        is_delivered, answer.status, code, _shown_start(answer), duration_ms,
        retry_after_seconds=None if is_delivered else read_retry_after(answer.headers, datetime.now(UTC)),
        is_gone=answer.status == HTTPStatus.GONE,
    )  # fmt: skip


def _shown_start(answer: Answer) -> str:
    """The beginning of what is text, without what cannot be seen."""
    kind = answer.headers.get("Content-Type", "text/plain")
    is_packed = answer.headers.get("Content-Encoding", "identity") != "identity"
    if is_packed or not _TEXT_KINDS.match(kind):
        return ""
    try:
        text = answer.start.decode(answer.encoding or "utf-8", errors="replace")
    except (LookupError, ValueError):  # an encoding that nobody knows, or one that replaces nothing
        text = answer.start.decode(errors="replace")
    return _NEVER_SHOWN.sub("", text).strip()[:SHOWN_LETTERS]


def read_retry_after(headers: Mapping[str, Any], now: datetime) -> float | None:
    """How long the receiver asks to be left alone, in seconds or until a date; `None` where it does not, or cannot be read."""
    text = str(headers.get("Retry-After", "")).strip()
    if re.fullmatch(r"[0-9]{1,9}", text):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    if until.tzinfo is None:  # "-0000": of no place
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
