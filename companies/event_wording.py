"""What a listing event says, in names instead of codes."""

from companies.choices import EventType, MarginClass
from masters.models import Market, Sector17, Sector33


class EventWording:
    """The names of the codes that events mention, read from the masters once (three small queries)."""

    def __init__(self) -> None:
        # Codes of the 17 sectors have one or two digits, those of the 33 have four: one table holds both.
        sectors = dict(Sector17.objects.values_list("code", "name")) | dict(
            Sector33.objects.values_list("code", "name")
        )
        self._names: dict[str, dict[str, str]] = {
            EventType.MARKET_CHANGED: dict(Market.objects.values_list("code", "name")),
            EventType.SECTOR_CHANGED: sectors,
            EventType.SCALE_CHANGED: {"-": "なし"},
            EventType.MARGIN_CHANGED: {str(code): str(label) for code, label in MarginClass.choices},
        }

    def name(self, event_type: str, value: str | None) -> str:
        """How to show a headline value of an event; an unknown code stays what it is, nothing is an empty text."""
        if value is None:
            return ""
        return self._names.get(event_type, {}).get(value, value)
