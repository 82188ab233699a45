"""What a listing event says, in names instead of codes."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from companies.fields import COMPANY_FIELDS, FIELD_BY_NAME
from companies.named_values import named_values


class EventWording:
    """The names of the codes that events mention, read from the masters once (three small queries)."""

    def __init__(self) -> None:
        # Fields of one kind of event have codes of their own: those of the 17 sectors have one or two digits, of the 33 four.
        self._names: dict[str, dict[str, str]] = {}
        for field in COMPANY_FIELDS:
            self._names.setdefault(field.event, {}).update(named_values(field))

    def name(self, event_type: str, value: str | None) -> str:
        """How to show a headline value of an event; an unknown code stays what it is, nothing is an empty text."""
        if value is None:
            return ""
        return self._names.get(event_type, {}).get(value, value)


class StateWording:
    """Names for the fields of a company and for the codes in them, read from the masters once."""

    def __init__(self) -> None:
        self._names = {field.name: dict(named_values(field)) for field in COMPANY_FIELDS}

    def describe(self, changes: Mapping[str, Sequence[str | None]]) -> list[tuple[str, str, str]]:
        """Each change as (field, before, after)."""
        return [
            (gettext(FIELD_BY_NAME[field].label), self.name(field, before), self.name(field, after))
            for field, (before, after) in changes.items()
        ]

    def name(self, field: str, value: str | None) -> str:
        """How to show a value; an unknown code stays what it is, nothing is an empty text."""
        return "" if value is None else self._names[field].get(value, value)
