"""The base of statuses, and of kinds of what happened: their words and their colour stand where they are defined."""

from enum import StrEnum
from typing import Self

from django.db import models


class Colour(StrEnum):
    """Of a label, as the theme names them (`unfold/helpers/label.html`)."""

    DEFAULT = "default"
    PRIMARY = "primary"
    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


class ColouredChoices(models.TextChoices):
    """A closed list whose members are written as value, colour, words; one without a colour cannot be defined."""

    colour: Colour

    # One colour, of which type checkers must not think that a look-up by value gives it as well.
    def __new__(cls, value: str, *colour: Colour) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        (member.colour,) = map(Colour, colour)
        return member

    @property
    def shown(self) -> tuple[str, str]:
        """For a column of the admin with the label `colours`."""
        return str(self.value), str(self.label)

    @classmethod
    def colours(cls) -> dict[str, str]:
        """Each value's colour: the label of a column (`unfold.decorators.display`)."""
        return {str(member.value): member.colour.value for member in cls}
