"""Messages: what they contain, stored once for all who are told the same, and the deliveries of them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import uuid4

from subscriptions.deliveries.models import Delivery, Message
from subscriptions.told.notices import MOST_NOTICES, fingerprint, make_content
from subscriptions.told.told_notice import Notice, ToldNotice

_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Draft:
    """One message to be: what it is of in the outbox, and what it says."""

    from_number: int
    to_number: int
    revision: int | None
    content: dict[str, Any] = field(repr=False)
    sha256: str
    notice_count: int

    @property
    def key(self) -> tuple[int, int, str]:
        return self.from_number, self.to_number, self.sha256


class Drafting:
    """Makes drafts; what is told to many is made once."""

    def __init__(self, epoch: str) -> None:
        self._epoch = epoch
        # With what they were made of: while that is kept no other object has its identity.
        self._made: dict[tuple[Any, ...], tuple[list[Draft], Sequence[ToldNotice]]] = {}

    def drafts(
        self, kind: str, chosen: Sequence[ToldNotice], *, numbers: tuple[int, int], header: dict[str, Any],
        is_history: bool = False, more: dict[str, Any] | None = None,
    ) -> list[Draft]:  # fmt: skip
        """The message, or its parts."""
        # The notices of one run of the planner are the same objects for everybody.
        key = (kind, numbers, is_history, json.dumps(more, sort_keys=True), *map(id, chosen))
        if key not in self._made:
            notices = [one.notice for one in chosen]
            self._made[key] = (
                list(self._parts(kind, notices, numbers, header=header, is_history=is_history, more=more)),
                chosen,
            )
        return self._made[key][0]

    def _parts(
        self, kind: str, notices: list[Notice], numbers: tuple[int, int], *, header: dict[str, Any], is_history: bool,
        more: dict[str, Any] | None,
    ) -> Iterator[Draft]:  # fmt: skip
        parts = -(-len(notices) // MOST_NOTICES)
        for part in range(parts):
            told = notices[part * MOST_NOTICES : (part + 1) * MOST_NOTICES]
            content = make_content(
                kind, told, header=header, epoch=self._epoch, is_history=is_history, part=part + 1, parts=parts,
                total=len(notices), more=more,
            )  # fmt: skip
            yield Draft(*numbers, header.get("revision"), content, fingerprint(content), len(told))


@dataclass(frozen=True, slots=True)
class Planned:
    """That a draft goes to a destination."""

    draft: Draft
    destination_id: int
    subscription_id: int | None
    #: Of several that come of one number the order of their making.
    place: int


def store_deliveries(planned: Sequence[Planned], moment: datetime) -> int:
    """Write the messages that are not there and all deliveries, in the order of the outbox; how many deliveries. In a transaction of
    the caller's, of whom there is one at a time.
    """
    if not planned:
        return 0
    ordered = sorted(planned, key=lambda one: (one.draft.to_number, one.subscription_id or 0, one.place))
    messages = _store_messages({one.draft.key: one.draft for one in ordered}, moment)
    Delivery.objects.bulk_create(
        [
            Delivery(
                webhook_id=f"msg_{uuid4().hex}", destination_id=one.destination_id, subscription_id=one.subscription_id,
                message_id=messages[one.draft.key], created_at=moment,
            )
            for one in ordered
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip
    return len(ordered)


def _store_messages(drafts: dict[tuple[int, int, str], Draft], moment: datetime) -> dict[tuple[int, int, str], int]:
    there = _stored(drafts)
    Message.objects.bulk_create(
        [
            Message(
                type=draft.content["type"], content=draft.content, sha256=draft.sha256, from_number=draft.from_number,
                to_number=draft.to_number, revision=draft.revision, notice_count=draft.notice_count, created_at=moment,
            )
            for key, draft in drafts.items()
            if key not in there
        ],
        batch_size=_AT_ONCE,
    )  # fmt: skip
    return _stored(drafts)


def _stored(drafts: dict[tuple[int, int, str], Draft]) -> dict[tuple[int, int, str], int]:
    numbers = {to_number for _, to_number, _ in drafts}
    rows = Message.objects.filter(to_number__in=numbers).values_list("from_number", "to_number", "sha256", "pk")
    return {(first or 0, last or 0, sha256): pk for first, last, sha256, pk in rows}
