"""What people ask of the events again and again, each as an address."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from companies.choices import EventType
from companies.events.certainty import Certainty
from companies.events.periods import list_days

#: The day on which the exchange put Prime, Standard and Growth in place of its five segments.
RESTRUCTURED_ON = date(2022, 4, 4)
_YEARS = 2


def usual_questions() -> list[tuple[str, str]]:
    """In words, with where the answer is; those that the lists can answer."""
    days = list_days()
    if len(days) < 2:
        return []
    events = reverse("admin:companies_listingevent_changelist")
    found = [(gettext("年別・市場別の上場と廃止"), reverse("admin:companies_listingevent_years"))]
    if days[0] < RESTRUCTURED_ON <= days[-1]:
        query = {"type": EventType.MARKET_CHANGED.value, **_period(date(2022, 4, 1), date(2022, 4, 30))}
        address = reverse("admin:companies_listingevent_summary")
        found.append((gettext("2022年4月の市場再編（業種別）"), f"{address}?{urlencode(query)}"))
    for year in range(days[-1].year, max(days[-1].year - _YEARS, days[0].year - 1), -1):
        query = {"type": EventType.DELISTED.value, **_period(date(year, 1, 1), date(year, 12, 31))}
        found.append((gettext("{year}年の上場廃止").format(year=year), f"{events}?{urlencode(query)}"))
    since = {"type": EventType.RENAMED.value, "event_date_from": str(days[-1] - timedelta(days=365))}
    found.append((gettext("最近 1 年の銘柄名変更"), f"{events}?{urlencode(since)}"))
    return found


def _period(first: date, last: date) -> dict[str, str]:
    return {"event_date_from": str(first), "event_date_to": str(last), "certainty": Certainty.POSSIBLE.value}
