"""When a listing event came about, as far as two lists tell.

A list shows a change that came about after the list before it (`observed_after`): on a day from the business day after
that one to its own date. Between lists of neighbouring business days that is one day, between monthly lists any of twenty.
"""

from datetime import date

from django.utils.translation import gettext

from companies.events.business_days import next_business_day


def first_possible_day(observed_after: date | None, day: date) -> date:
    """The first business day on which a change can have come about that the list of `day` is the first to show."""
    return day if observed_after is None else min(next_business_day(observed_after), day)


def describe_when(observed_after: date | None, day: date) -> str:
    """When an event came about, in words: the day where only one is possible, else the two lists around it."""
    if observed_after is None or first_possible_day(observed_after, day) == day:
        return day.isoformat()
    return gettext("{observed_after} 〜 {day} の間").format(observed_after=observed_after, day=day)
