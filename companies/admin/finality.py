"""Whether a list may still be revised by its provider, in the list of entries, on the page of one and above the companies of its day."""

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from admin_pages.numbers import NOTHING
from admin_pages.status_label import status_label
from companies.choices import Finality
from companies.ledger.provisional.noting import find_note, is_provisional, provisional_entries
from companies.models import ListingSnapshot


class FinalityFilter(DropdownFilter):
    """Provisional entries, and those that were."""

    title, parameter_name = _("暫定・確定"), "finality"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(one), str(label)) for one, label in Finality.choices]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ListingSnapshot]) -> QuerySet[ListingSnapshot]:
        if self.value() == Finality.PROVISIONAL:
            return queryset.filter(pk__in=provisional_entries().values("pk"))
        if self.value() == Finality.CONFIRMED:
            return queryset.filter(provisional__confirmed_at__isnull=False)
        return queryset


def finality_label(entry: ListingSnapshot) -> str:
    """For a list; nothing of an entry that stood from the beginning, or was replaced before it was confirmed."""
    if is_provisional(entry):
        return status_label(Finality.PROVISIONAL)
    noted = find_note(entry)
    return status_label(Finality.CONFIRMED) if noted is not None and noted.confirmed_at else NOTHING


def explain_finality(entry: ListingSnapshot) -> str:
    """For the page of one, with the moments."""
    noted = find_note(entry)
    if noted is None:
        return gettext("取り込んだときから確定しています。")
    until = f"{timezone.localtime(noted.revisable_until):%Y-%m-%d %H:%M}"
    if noted.confirmed_at:
        text = gettext("{until} の改訂より前に取得し、{at} に同じ内容を取得して確定しました。")
        return text.format(until=until, at=f"{timezone.localtime(noted.confirmed_at):%Y-%m-%d %H:%M}")
    if entry.is_superseded:
        return gettext("{until} の改訂より前に取得した一覧です。確定する前に、ほかの一覧に置き換わりました。").format(
            until=until
        )
    return gettext("{until} の改訂より前に取得した、暫定の一覧です。そのあとにもう一度取得して確定します。").format(
        until=until
    )


def note_of_day(list_day: date) -> str:
    """What to say above what a page shows of a day's list; nothing of one that stands."""
    if not provisional_entries().filter(date_in_force=list_day).exists():
        return ""
    return gettext("{day} の一覧は暫定です。当日の朝の改訂（08:00 ごろ）のあとで確定します。").format(day=list_day)
