"""Moments in lists and forms of the admin, all in one way."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.timezone import localtime

from admin_pages.numbers import NOTHING


def show_moment(moment: datetime | None) -> str:
    """In Japan, to the minute, in one line; the sign for nothing where there is none."""
    if moment is None:
        return NOTHING
    return format_html('<span class="whitespace-nowrap">{}</span>', localtime(moment).strftime("%Y-%m-%d %H:%M"))
