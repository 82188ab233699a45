"""What pages of other rooms need to know of the person who looks: `{% load following %}`."""

from typing import Any

from django.db.models import Q
from django.template import Library

from subscriptions.models import SavedView
from subscriptions.view_addresses import address_of
from subscriptions.watching import is_starred

register = Library()


@register.simple_tag
def starred(user: Any, code: str) -> bool:
    """Whether the company is on the person's first watch list."""
    return is_starred(user, code)


@register.simple_tag
def views_of(user: Any, page: str) -> list[tuple[SavedView, str]]:
    """The views of a list that the person can choose, with their addresses: their own, and those of others that are shared."""
    views = SavedView.objects.filter(Q(owner=user) | Q(is_shared=True), page=page).select_related("owner")
    return [(view, address_of(view)) for view in views]
