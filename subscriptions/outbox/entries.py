"""Writing down what is to be told, giving it its place in the order of telling, and forgetting it."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from subscriptions.choices import NoticeKind
from subscriptions.outbox.models import OutboxEntry
from subscriptions.told.models import Subscription

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_NUMBERING_LOCK = 7_203_000_003
_RECORD = """
    INSERT INTO outbox_entries (kind, subject, owner_id, occurrence) VALUES (%s, %s, %s, %s)
    ON CONFLICT (occurrence) WHERE occurrence <> '' DO NOTHING
"""
# An entry may be gone with the person whom it concerns: its number is nobody else's.
_NEWEST = """
    SELECT coalesce(greatest((SELECT max(newest) FROM outbox_positions), (SELECT max(number) FROM outbox_entries)), 0)
"""
_KEEP_NEWEST = """
    INSERT INTO outbox_positions (id, newest) VALUES (1, %s) ON CONFLICT (id) DO UPDATE SET newest = excluded.newest
"""
_NUMBER_NEW = """
    UPDATE outbox_entries AS entry SET number = %s + new.place
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM outbox_entries WHERE number IS NULL) AS new
    WHERE entry.id = new.id
"""
#: Longer than deliveries are kept, so that what was told can be looked up.
KEPT_FOR = timedelta(days=35)
#: What is looked for again and again must be known to have been told for as long as it may be found.
OCCURRENCES_KEPT_FOR = timedelta(days=400)


def record_entry(kind: str, *, subject: dict[str, Any] | None = None, owner: Any = None, occurrence: str = "") -> bool:
    """Write down, in the caller's transaction, that something happened; whether that is new: of one `occurrence` it is written once.

    `owner`: whom alone it concerns. `subject` says what of, in JSON, without anything secret.
    """
    values = [kind, json.dumps(subject or {}, ensure_ascii=False), owner and owner.pk, occurrence]
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, values)
        return bool(cursor.rowcount)


def number_new_entries() -> int:
    """Give what was committed and has no number yet the next numbers, in the order of the ids; how many. Of several at once, one after
    the other.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERING_LOCK])
        # Statements of their own: they see what was committed during the wait.
        newest = newest_number()
        cursor.execute(_NUMBER_NEW, [newest])
        if count := int(cursor.rowcount):
            cursor.execute(_KEEP_NEWEST, [newest + count])
        return count


def newest_number() -> int:
    """The last number that was given, whatever became of its entry; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST)
        (number,) = cursor.fetchone()
    return int(number)


def forget_old_entries(moment: datetime) -> int:
    """Delete what every subscription has passed for long; how many. The newest number stays: the next one follows it."""
    passed = Subscription.objects.filter(is_active=True).aggregate(passed=Min("told_number"))["passed"]
    newest = OutboxEntry.objects.aggregate(newest=Max("number"))["newest"] or 0
    upto = newest - 1 if passed is None else min(passed, newest - 1)
    is_old = Q(occurrence="", occurred_at__lt=moment - KEPT_FOR) | Q(occurred_at__lt=moment - OCCURRENCES_KEPT_FOR)
    is_untold = Q(kind=NoticeKind.DESTINATION_PAUSED, told_at=None)
    count, _ = OutboxEntry.objects.filter(is_old, number__lte=upto).exclude(is_untold).delete()
    return count
