"""A status on the page of one record, where the theme knows no labels."""

from unfold.utils import display_for_label

from wording.coloured_choices import ColouredChoices


def status_label(status: ColouredChoices) -> str:
    """Its words in its colour, as a column of a list shows it."""
    label: str = display_for_label(status.shown, "", status.colours())
    return label
