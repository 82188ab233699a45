"""Events as a file, with the words of the page."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from admin_pages.conditions_of_files import list_conditions
from admin_pages.strict_list import refuse_file
from companies.admin.file_answers import file_answer, take_format
from companies.admin.file_conditions import begun_at_revision, conditions_sheet, day_of, newest_list
from companies.choices import EventType
from companies.columns import Kind
from companies.events.certainty import official_on_of
from companies.events.sectors import SECTOR33, with_sector33
from companies.events.wording import EventWording, StateWording
from companies.issuers.lineage.reading import load_confirmed
from companies.issuers.official_dates.told import load_official_days, reason_of
from companies.models import ListingEvent
from companies.workbook import Book

_LIST = "admin:companies_listingevent_changelist"
#: The heading of each column, and what is in it where that is no text.
_COLUMNS: tuple[tuple[Any, Kind | None], ...] = (
    (_("日付"), "day"), (_("変化前の最後の一覧"), "day"), (_("時期"), None), (_("公式の日"), "day"), (_("コード"), None),
    (_("当時の銘柄名"), None), (_("種別"), None), (_("変更前"), None), (_("変更後"), None), (_("当時の市場区分"), None),
    (_("当時の33業種"), None), (_("理由"), None), (_("前身"), None), (_("後継"), None),
)  # fmt: skip


def event_headings() -> tuple[str, ...]:
    """The columns of a file of events, in the language of the page."""
    return tuple(str(heading) for heading, _kind in _COLUMNS)


def event_book(*sheets: Any) -> Book:
    """How a workbook of them is kept."""
    kinds = {str(heading): kind for heading, kind in _COLUMNS if kind}
    return Book(gettext("上場イベント"), kinds, sheets=sheets)


def event_rows(events: QuerySet[ListingEvent]) -> Iterator[dict[str, Any]]:
    """Its rows. The language is read now: the file is written when that of the request is no longer set."""
    headings = event_headings()
    wording, states, kinds = (
        EventWording(),
        StateWording(),
        {str(kind): str(label) for kind, label in EventType.choices},
    )
    language, days, lineage = get_language(), load_official_days(), load_confirmed()

    def shown(event: Any) -> dict[str, Any]:
        with override(language):
            when = event.when
        official_on = official_on_of(event, days)
        related = lineage.of_event({"type": event.event_type, "code": event.code})
        values = (
            event.event_date, event.observed_after, when, official_on, event.code, event.company_name, kinds[event.event_type],
            wording.name(event.event_type, event.old_value), wording.name(event.event_type, event.new_value),
            wording.name(EventType.MARKET_CHANGED, event.market_id), states.name("sector33_code", getattr(event, SECTOR33)),
            reason_of(event.event_type, official_on, days.get(event.code, ())),
            " ".join(related["preceded_by"] or ()), " ".join(related["succeeded_by"] or ()),
        )  # fmt: skip
        return dict(zip(headings, values, strict=True))

    return map(shown, with_sector33(events).iterator(chunk_size=1000))


def export_events(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """The events that the list with the same query shows."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    shown_list = model_admin.get_changelist_instance(request)
    if file_format is None or shown_list.problems:
        return refuse_file(request, _LIST)
    events = shown_list.get_queryset(request)
    rows, revision = begun_at_revision(lambda: event_rows(events))
    sheet = event_conditions(request, shown_list, gettext("上場イベント"), revision)
    return file_answer(
        request, file_format, rows, event_headings(), f"events_{day_of(newest_list())}", back=_LIST,
        book=event_book(sheet),
    )  # fmt: skip


def event_conditions(request: HttpRequest, shown_list: Any, contents: str, revision: int) -> Any:
    """The sheet that says which events these are, and how many."""
    told: list[tuple[str, Any]] = list_conditions(shown_list.filter_specs, shown_list.query)
    if shown_list.notice:
        told.append((gettext("期間"), gettext("{first_day} 以降").format(first_day=shown_list.shown_from)))
    if shown_list.uncertain:
        told.append((gettext("期間の端"), shown_list.uncertain))
    told.append((gettext("件数"), shown_list.result_count))
    lists = [(gettext("最新の一覧"), newest_list())]
    return conditions_sheet(request, contents, revision=revision, told=told, lists=lists)
