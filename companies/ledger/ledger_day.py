"""The day in Japan as of which companies are what they are now: that of the newest revision. It never goes back.

A list of tomorrow is in the ledger tonight, and shows from tomorrow on: its versions are there, but companies are their projection
as of the ledger's day. Pure, but for the one question which day that is.
"""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date

from companies.models import LedgerRevision


def find_ledger_day(revision: int | None = None) -> date | None:
    """The day of a revision, or of the newest. `None` before the first revision, and of one that the release before wrote: it showed
    the newest list of all, whatever its day.
    """
    numbered = LedgerRevision.objects.order_by("-number")
    if revision is not None:
        numbered = numbered.filter(number__lte=revision)
    day: date | None = numbered.values_list("day", flat=True).first()
    return day


def place_shown(starts: Sequence[date], day: date | None) -> int:
    """Which of the states that begin on these days shows on a day (`None`: on the last of all): the last that has begun. Where none
    has, the first that will.
    """
    return len(starts) - 1 if day is None else max(bisect_right(starts, day) - 1, 0)


def has_come(day: date, ledger_day: date | None) -> bool:
    """Whether a list of that day counts for what companies are on the ledger's day (`None`: whatever its day)."""
    return ledger_day is None or day <= ledger_day


def is_open_on(valid_until: date | None, day: date | None) -> bool:
    """Whether what holds up to, not including, `valid_until` still holds on a day (`None`: on the last of all)."""
    return valid_until is None or (day is not None and day < valid_until)
