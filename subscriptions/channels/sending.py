"""What a channel is given, and what it says came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Job:
    """One attempt at one delivery, with all that is needed for it. `address` and `secrets` are what they are, and never shown."""

    delivery_id: int
    webhook_id: str
    channel: str
    address: str = field(repr=False)
    secrets: Sequence[str] = field(repr=False)  # the newest first
    language: str
    destination_id: int
    subscription_id: int | None
    content: Mapping[str, Any]  # `subscriptions.told.notices`
    created_at: datetime  # of the message, UTC


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an attempt. `error_code` says what went wrong in a word for programs (`TIMEOUT`, `HTTP_500`, …), empty where nothing
    did; `answer_start` is the beginning of what was answered, without anything secret.
    """

    is_delivered: bool
    status_code: int | None = None
    error_code: str = ""
    answer_start: str = ""
    duration_ms: int = 0
    #: As the receiver asked, if it did.
    retry_after_seconds: float | None = None
    #: The receiver wants nothing more (410).
    is_gone: bool = False


class SendingChannel(Protocol):
    """One way of telling."""

    def send(self, job: Job) -> Outcome:
        """Try once; bounded in time and in what is read. Never raises for what a receiver does."""
