"""The turn of the ledger's day, as whoever keeps answers has to know of it (`api.turns`)."""

from datetime import datetime, time

from django.utils import timezone

from companies.ledger.changes import roll_over
from companies.ledger.coming_into_force import find_pending_day

#: A reader waits so long for whoever is writing; longer than any list takes.
_PATIENCE_SECONDS = 2.0


class DayTurn:
    """At midnight in Japan, where a list of the day that begins is there already."""

    def next_moment(self) -> datetime | None:
        """The midnight with which the first list to come is in force."""
        day = find_pending_day()
        return None if day is None else timezone.make_aware(datetime.combine(day, time()))

    def make(self) -> None:
        """Bring it into force, if that midnight is past."""
        roll_over(patience_seconds=_PATIENCE_SECONDS)


DAY_TURN = DayTurn()
