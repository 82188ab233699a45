"""The official day of an event: what the exchange announced, where a list only tells the days around it.

A list of a day has what is listed on that day: of a listing on its first day traded, of a delisting no more on its official day, which is
the first day *not* traded. Both lie after `observed_after`, up to `date` itself. Days on which the exchange is closed are slips of
who told them: they count as the next day of trading where that alone fits. Other days outside the two lists do not belong to the event;
`companies.issuers.official_dates.reconciliation` names them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from companies.choices import EventType
from companies.events.business_days import is_business_day, next_business_day
from companies.issuers.official_dates.models import OfficialDateKind
from companies.issuers.official_dates.told import load_official_days

#: What an event is called by the exchange; other events have no official day.
OFFICIAL_KIND = {
    EventType.LISTED.value: OfficialDateKind.LISTED.value,
    EventType.RELISTED.value: OfficialDateKind.LISTED.value,
    EventType.DELISTED.value: OfficialDateKind.DELISTED.value,
}


def day_of_trading(day: date) -> date:
    """The day, or the next one on which the exchange trades."""
    return day if is_business_day(day) else next_business_day(day)


def is_between(official_on: date, observed_after: date | None, day: date) -> bool:
    """Whether it is of an event between two lists, slips aside."""
    return (observed_after is None or observed_after < official_on) and official_on <= day


def find_official_on(
    event_type: str, observed_after: date | None, day: date, days: Iterable[Sequence[Any]]
) -> date | None:
    """The official day of an event among those of its code (kind, day, …). Of several the one next to the list that has the issue:
    the last listing, the first delisting.
    """
    kind = OFFICIAL_KIND.get(event_type)
    if kind is None:
        return None
    told = [one[1] for one in days if one[0] == kind]
    fitting = [on for on in told if is_between(on, observed_after, day)] or [
        on for on in told if is_between(day_of_trading(on), observed_after, day)
    ]
    choose = max if kind == OfficialDateKind.LISTED else min
    return choose(fitting, default=None)


def tell_official_days(events: list[dict[str, Any]], revision: int | None = None) -> list[dict[str, Any]]:
    """The same events, with `official_on` as it is known now or was once a revision was; one query for all."""
    codes = {event["code"] for event in events if event["type"] in OFFICIAL_KIND}
    days = load_official_days(codes, revision) if codes else {}
    for event in events:
        of_code = days.get(event["code"], ())
        event["official_on"] = find_official_on(event["type"], event["observed_after"], event["date"], of_code)
    return events
