"""What the planner decided: what goes where, and up to where each subscription was told."""

from dataclasses import dataclass, field
from datetime import datetime

from subscriptions.choices import InactiveReason
from subscriptions.told.messages import Planned


@dataclass(slots=True)
class Decision:
    """Of one subscription. `number_before` is that which it was read with: it holds only while that is so."""

    subscription_id: int
    number_before: int
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
