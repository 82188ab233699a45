"""The names of the codes that notices mention, in every language: they are data, and may be others by the time that the words are put."""

from django.conf import settings
from django.utils import translation

from companies.events.wording import EventWording


class ValueNames:
    """Read from the masters once, for all languages."""

    def __init__(self) -> None:
        self._wordings = {}
        for language, _name in settings.LANGUAGES:
            with translation.override(language):
                self._wordings[language] = EventWording()

    def of(self, kind: str, value: str | None) -> dict[str, str] | None:
        """By language; `None` where the value is a name itself, or nothing."""
        if value is None:
            return None
        named = {language: wording.name(kind, value) for language, wording in self._wordings.items()}
        return None if set(named.values()) == {value} else named
