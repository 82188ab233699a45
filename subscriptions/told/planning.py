"""Turning what happened into messages and deliveries, each exactly once, in the transaction that says up to where it was told.

1. What was committed gets its number.
2. In one state of the database it is decided who is told what. Nothing is written and nobody is held up, however long that takes.
3. Under a lock, in one transaction: messages, deliveries, and how far each subscription was told. What was decided of a subscription
   counts only if it stands where it stood and says what it said when that was decided; another planner may have moved it since, or
   its owner changed it. Then it is decided anew.

A process that is killed leaves either all of a step or nothing of it.
"""

from datetime import datetime

from django.db import connection, transaction

from database.connections import allow_long_statements, one_snapshot
from subscriptions.outbox.entries import number_new_entries
from subscriptions.told.deciding import Deciding
from subscriptions.told.decisions import DECIDED_ON, Decision, Plan
from subscriptions.told.messages import Planned, store_deliveries
from subscriptions.told.models import Subscription
from subscriptions.told.paused_destinations import as_told_at

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_PLANNING_LOCK = 7_203_000_004
#: How often a state is looked for in which everything that is committed has its number.
_TRIES = 3


def plan_deliveries(moment: datetime) -> int:
    """Plan what came up, or a bounded part of it. How many deliveries came of it; 0 only where nothing is left to plan."""
    for _ in range(_TRIES):
        number_new_entries()
        with one_snapshot():
            plan = Deciding(moment).decide()
        if not plan.is_torn:
            break
    if not plan.decisions and not plan.unasked:
        return 0
    return write_plan(plan, moment) or int(plan.is_more)


def write_plan(plan: Plan, moment: datetime) -> int:
    """Write what was decided and still holds; how many deliveries that made."""
    with transaction.atomic():
        allow_long_statements()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_PLANNING_LOCK])
        holding = _still_holding(plan.decisions)
        planned: list[Planned] = [one for decision in holding for one in decision.planned]
        for entry in as_told_at(moment, list(plan.unasked)):
            planned += plan.unasked[entry]
        count = store_deliveries(planned, moment)
        _move(holding)
    return count


def _still_holding(decisions: list[Decision]) -> list[Decision]:
    """Those of subscriptions that are as they were, which nobody moves or changes before this transaction ends."""
    ids = [decision.subscription_id for decision in decisions]
    rows = Subscription.objects.select_for_update(of=("self",)).filter(pk__in=ids, is_active=True).order_by("pk")
    stands = {pk: tuple(values) for pk, *values in rows.values_list("pk", *DECIDED_ON)}
    return [decision for decision in decisions if stands.get(decision.subscription_id) == decision.decided_on]


def _move(decisions: list[Decision]) -> None:
    """Where many move alike they move by one statement."""
    alike: dict[tuple[object, ...], tuple[dict[str, object], list[int]]] = {}
    for decision in decisions:
        values: dict[str, object] = {"told_number": decision.number, "told_revision": decision.revision}
        if decision.members is not None:
            values["view_members"] = decision.members
        if decision.digest_due_at is not None:
            values["digest_due_at"] = decision.digest_due_at
        if decision.ended is not None:
            values |= {"is_active": False, "inactive_reason": decision.ended}
        key = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in values.items())
        alike.setdefault(key, (values, []))[1].append(decision.subscription_id)
    for values, ids in alike.values():
        Subscription.objects.filter(pk__in=ids).update(**values)
