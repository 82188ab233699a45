"""What the planner decided: what goes where, and up to where each subscription was told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from subscriptions.choices import InactiveReason
from subscriptions.told.messages import Planned
from subscriptions.told.models import Subscription

#: Of a subscription, what decides what is told, where and when; whatever else is of the ledger or of others.
DECIDED_ON = (
    "told_number", "destination_id", "kinds", "watch_list_id", "saved_view_id", "market_codes", "includes_history", "timing",
    "digest_time", "digest_due_at",
)  # fmt: skip


def read_decided_on(one: Subscription) -> tuple[Any, ...]:
    """As it was read."""
    return tuple(getattr(one, name) for name in DECIDED_ON)


@dataclass(slots=True)
class Decision:
    """Of one subscription. `decided_on` is what it was read with: it holds only while that is so."""

    subscription_id: int
    decided_on: tuple[Any, ...]
    number: int
    revision: int
    #: Only where they are others than before.
    members: list[str] | None = None
    digest_due_at: datetime | None = None
    ended: InactiveReason | None = None
    planned: list[Planned] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """Of all that was decided in one state of the database."""

    decisions: list[Decision] = field(default_factory=list)
    #: By the entry that tells of it, what is told without a subscription.
    unasked: dict[int, list[Planned]] = field(default_factory=dict)
    #: Something was committed between the numbering and the reading: who follows views has to be looked at again.
    is_torn: bool = False
    #: There is more to plan than one run goes through.
    is_more: bool = False
