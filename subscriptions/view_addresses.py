"""Where saved views are seen."""

from django.urls import reverse

from subscriptions.models import SavedView


def address_of(view: SavedView) -> str:
    """The list with what was asked of it."""
    return f"{reverse(f'admin:{view.page}_changelist')}{'?' if view.query else ''}{view.query}"
