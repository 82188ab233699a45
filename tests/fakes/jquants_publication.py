"""When J-Quants has the list of which day, with which rows, and to whom it shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from companies.listed_issue import ListedIssue

JAPAN = ZoneInfo("Asia/Tokyo")
#: On the business day before, and on the day itself.
PUBLISHED_AT, REVISED_AT = time(17, 30), time(8)


@dataclass
class Publication:
    """Lists by day; a day without one is not a business day."""

    lists: dict[date, Sequence[ListedIssue]] = field(default_factory=dict)
    #: The moment it is there. A list is published at 17:30 on the business day before and revised at 08:00; without one all are there.
    now: datetime | None = None
    #: The rows of days from their revision on, where that changes them.
    revisions: dict[date, Sequence[ListedIssue]] = field(default_factory=dict)
    #: How it refuses a day that is still to come: status and message.
    refuses_ahead: tuple[int, str] | None = None
    #: It never has the list of a day before midnight, as a gateway of one's own may.
    is_behind: bool = False
    #: What its calendar says of days other than whether they have a list.
    divisions: dict[date, str] = field(default_factory=dict)

    def is_published(self, day: date) -> bool:
        """Whether the list of a day is there."""
        if self.divisions.get(day) in ("0", "3"):
            return False
        earlier = [one for one in self.lists if one < day and self.divisions.get(one) not in ("0", "3")]
        if self.now is None or not earlier:
            return True
        if self.is_behind:
            return day <= self.now.astimezone(JAPAN).date()
        return self.now >= datetime.combine(max(earlier), PUBLISHED_AT, JAPAN)

    def rows_of(self, day: date) -> Sequence[ListedIssue]:
        """As they are now."""
        is_revised = self.now is None or self.now >= datetime.combine(day, REVISED_AT, JAPAN)
        return self.revisions[day] if is_revised and day in self.revisions else self.lists[day]

    def is_refused(self, asked: str | None) -> bool:
        """Whether the plan does not reach to the day asked for."""
        if self.refuses_ahead is None or not asked:
            return False
        today = self.now.astimezone(JAPAN).date() if self.now else datetime.now(JAPAN).date()
        return date.fromisoformat(asked) > today
