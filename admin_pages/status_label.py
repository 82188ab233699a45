"""A status in its colour, in a list and on the page of one record."""

from functools import lru_cache

from unfold.utils import display_for_label

from wording.coloured_choices import Colour, ColouredChoices


def status_label(status: ColouredChoices) -> str:
    """Its words in its colour."""
    return colour_label(str(status.label), status.colour)


@lru_cache(maxsize=512)
def colour_label(words: str, colour: Colour) -> str:
    """As the theme draws it, from two templates: in a list of fifty rows the same few, again and again."""
    label: str = display_for_label((colour, words), "", {colour: colour.value})
    return label
