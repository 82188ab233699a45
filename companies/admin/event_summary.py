"""Events added up: from what to what, by sector, as a page whose numbers lead to the events, and as a file."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from admin_pages.list_address import explain_value
from admin_pages.strict_list import refuse_file
from api.generations import read_generations
from companies.admin.event_file import event_conditions
from companies.admin.event_links import EventLinks
from companies.admin.event_questions import usual_questions
from companies.admin.file_answers import file_answer, take_format, take_word
from companies.admin.file_conditions import begun_at_revision, day_of, newest_list
from companies.apps import COMPANIES
from companies.choices import EventType
from companies.events.summary import Move, Moves, count_by_sector, count_moves, total_by_move
from companies.events.wording import EventWording, StateWording
from companies.workbook import Book
from masters.models import Sector17, Sector33

_SUMMARY = "admin:companies_listingevent_summary"
#: Of a file.
_HEADINGS = (_("種別"), _("変更前"), _("変更後"), _("当時の33業種コード"), _("当時の33業種"), _("件数"))
_KEPT_SECONDS = 86_400
#: As many fit beside one another; what is rarer is added up in one more column.
_MOST_MOVES = 12


class Grouping(models.TextChoices):
    """What the rows of a table are."""

    SECTOR33 = "sector33", _("33業種（当時）")
    SECTOR17 = "sector17", _("17業種（当時）")
    NONE = "none", _("なし")


@dataclass(frozen=True, slots=True)
class Cell:
    """A number, and the query of the events that it counts; without one where no filter can ask for them."""

    count: int
    query: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Of one kind of event: a column for each move, a row for each sector, and what all of them make together. `query` narrows the page to it."""

    kind: str
    label: str
    query: str
    moves: list[tuple[str, Cell]]
    rows: list[tuple[str, list[Cell | None], Cell]]
    others: int
    total: Cell


def summary_page(request: HttpRequest, model_admin: Any) -> HttpResponse:
    """The tables of all kinds of event that the conditions leave; of one alone by sector."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    by = take_word(request, "by") or Grouping.SECTOR33
    shown_list = _conditions(request, model_admin)
    problems = list(shown_list.problems)
    if by not in Grouping.values:
        problems.append(explain_value(gettext("内訳: by"), by))
    tables = [] if problems else _lay_out(request, _counted(request, shown_list), by)
    query = request.GET.copy()
    context = {
        **model_admin.admin_site.each_context(request), "title": gettext("イベントの集計"), "opts": model_admin.opts, "asked": shown_list,
        "problems": problems, "tables": tables, "total": sum(table.total.count for table in tables), "by": by,
        "groupings": Grouping.choices, "kinds": EventType.choices, "chosen_kinds": query.getlist("type"),
        "questions": usual_questions(), "list_query": query.urlencode(), "hidden": _others(query),
    }  # fmt: skip
    return render(request, "admin/companies/listingevent/summary.html", context)


def _conditions(request: HttpRequest, model_admin: Any) -> Any:
    request.conditions_only = True  # type: ignore[attr-defined] # for `ListingEventAdmin.get_changelist`
    return model_admin.get_changelist_instance(request)


def _counted(request: HttpRequest, shown_list: Any) -> list[Moves]:
    """Of ten years it takes a moment, so it is kept for a generation."""
    asked = hashlib.blake2b(request.GET.urlencode().encode(), digest_size=16).hexdigest()
    key = f"event-moves:{read_generations().of(COMPANIES)}:{asked}"
    found: list[Moves] | None = cache.get(key)
    if found is None:
        found = count_moves(shown_list.get_queryset(request))
        cache.set(key, found, _KEPT_SECONDS)
    return found


def _others(query: Any) -> list[tuple[str, str]]:
    """Conditions that the form of the page keeps and does not show."""
    shown = ("event_date_from", "event_date_to", "type", "by", "p", "o")
    return [(name, value) for name, values in query.lists() if name not in shown for value in values if value]


def _lay_out(request: HttpRequest, found: Sequence[Moves], by: str) -> list[Table]:
    links, wording = EventLinks(request), EventWording()
    kinds = [kind for kind in EventType.values if any(one.move.kind == kind for one in found)]
    # Of several kinds at once it would be a page of some thousand numbers.
    groups = _groups(by) if len(kinds) == 1 else {}
    return [_table(kind, [one for one in found if one.move.kind == kind], groups, links, wording) for kind in kinds]


def _table(
    kind: str, found: list[Moves], groups: dict[str | None, tuple[str, list[str]]], links: EventLinks, wording: EventWording
) -> Table:  # fmt: skip
    totals = total_by_move(found)
    shown = totals if len(totals) <= _MOST_MOVES else totals[: _MOST_MOVES - 1]
    others = sum(count for _move, count in totals) - sum(count for _move, count in shown)
    group_of: dict[str | None, str | None] = {
        sector: group for group, (_name, sectors) in groups.items() for sector in sectors
    }
    counts = count_by_sector(found, group_of)
    rows = []
    for group, (name, sectors) in groups.items():
        of_group = {move: count for (of, move), count in counts.items() if of == group}
        if of_group:
            cells = [
                Cell(of_group[move], links.to(kind, move, sectors)) if move in of_group else None for move, _count in shown
            ]  # fmt: skip
            rows.append((name, cells, Cell(sum(of_group.values()), links.to(kind, sectors=sectors))))
    return Table(
        kind, str(EventType(kind).label), links.to(kind),
        [(describe_move(wording, move), Cell(count, links.to(kind, move))) for move, count in shown],
        rows, others, Cell(sum(one.count for one in found), links.to(kind)),
    )  # fmt: skip


def describe_move(wording: EventWording, move: Move) -> str:
    """In names."""
    kind = move.kind if move.kind in EventLinks.kinds_of_values else EventType.MARKET_CHANGED
    before, after = (wording.name(kind, value) for value in (move.before, move.after))
    if before and after and before != after:
        return gettext("{before} → {after}").format(before=before, after=after)
    return before or after or gettext("区分なし")


def _groups(by: str) -> dict[str | None, tuple[str, list[str]]]:
    """What the rows are, in order: the name of each, and the sectors of the 33 that it has; the last are those without one."""
    if by == Grouping.NONE:
        return {}
    none: dict[str | None, tuple[str, list[str]]] = {None: (gettext("区分なし"), [EventLinks.NONE])}
    names33 = Sector33.objects.names()
    if by == Grouping.SECTOR33:
        return {**{code: (name, [code]) for code, name in names33}, **none}
    sectors: dict[str, list[str]] = {}
    for code, sector17 in Sector33.objects.values_list("code", "sector17"):
        sectors.setdefault(str(sector17), []).append(code)
    return {**{code: (name, sectors.get(code, [])) for code, name in Sector17.objects.names()}, **none}


def export_summary(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """A row for each move and sector, all of them, whatever the page adds up."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format, _by = take_format(request), take_word(request, "by")
    shown_list = _conditions(request, model_admin)
    if file_format is None or shown_list.problems:
        return refuse_file(request, _SUMMARY)
    headings = tuple(str(heading) for heading in _HEADINGS)
    found, revision = begun_at_revision(lambda: _sorted(count_moves(shown_list.get_queryset(request))))
    rows = [dict(zip(headings, row, strict=True)) for row in _rows(list(found))]
    shown_list.result_count = sum(row[headings[-1]] for row in rows)
    sheet = event_conditions(request, shown_list, gettext("イベントの集計"), revision)
    return file_answer(
        request, file_format, rows, headings, f"events_summary_{day_of(newest_list())}", back=_SUMMARY,
        book=Book(gettext("イベントの集計"), {headings[-1]: "number"}, sheets=[sheet]),
    )  # fmt: skip


def _sorted(found: list[Moves]) -> list[Moves]:
    order = {kind: place for place, kind in enumerate(EventType.values)}
    return sorted(
        found, key=lambda one: (order[one.move.kind], one.move.before or "", one.move.after or "", one.sector33 or "~")
    )


def _rows(found: list[Moves]) -> Iterator[tuple[Any, ...]]:
    wording, states = EventWording(), StateWording()
    for one in found:
        kind = one.move.kind if one.move.kind in EventLinks.kinds_of_values else EventType.MARKET_CHANGED
        yield (
            str(EventType(one.move.kind).label), wording.name(kind, one.move.before), wording.name(kind, one.move.after),
            one.sector33 or "", states.name("sector33_code", one.sector33), one.count,
        )  # fmt: skip
