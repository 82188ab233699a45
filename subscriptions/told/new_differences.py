"""Official days and lists that differ, each told once, when nothing explains it and nobody accepted it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from companies.issuers.official_dates.reconciliation import Compared
from companies.issuers.official_dates.reconciling import accepted_reasons, reconciled
from companies.models import Company
from subscriptions.choices import NoticeKind
from subscriptions.outbox.entries import record_entry
from subscriptions.told.models import ToldDifference

#: More at once, as after an import, are told together.
_MOST_ALONE = 10
# In the order of the keys, so that two who do it at once wait for each other and do not lock each other out.
_CLAIM = """
    INSERT INTO told_differences (key) SELECT key FROM unnest(%s::text[]) AS key ORDER BY key
    ON CONFLICT (key) DO NOTHING RETURNING key
"""


def tell_new_differences(_moment: datetime) -> int:
    """Write down those that were not told yet. Returns how many entries that made."""
    accepted = accepted_reasons()
    found = {one.key: one for one in reconciled() if not one.is_explained and one.key not in accepted}
    told = set(ToldDifference.objects.filter(key__in=list(found)).values_list("key", flat=True))
    if not found.keys() - told:
        return 0
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_CLAIM, [sorted(found.keys() - told)])
            claimed = {key for (key,) in cursor.fetchall()}
        return _record([one for key, one in found.items() if key in claimed])


def _record(new: Sequence[Compared]) -> int:
    # A comparison names those alone that have an event.
    names = dict(Company.objects.filter(code__in=[one.code for one in new]).values_list("code", "company_name"))
    subjects = [_subject(one, one.company_name or names.get(one.code, "")) for one in new]
    if len(new) > _MOST_ALONE:
        subjects = [{"differences": len(new), "first": subjects[:_MOST_ALONE]}]
    return sum(record_entry(NoticeKind.DIFFERENCE_FOUND, subject=subject) for subject in subjects)


def _subject(one: Compared, name: str) -> dict[str, Any]:
    days = {"official_on": one.official_on, "observed_after": one.observed_after, "day": one.day}
    return {
        "key": one.key, "agreement": one.agreement, "event": one.kind, "code": one.code, "company_name": name,
        "cause": one.cause, **{name: day and day.isoformat() for name, day in days.items()},
    }  # fmt: skip
