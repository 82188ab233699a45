"""The company list as a file: exactly what is filtered and searched, in the order shown, with the words and the columns of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from admin_pages.conditions_of_files import list_conditions
from admin_pages.strict_list import refuse_file
from api.endpoints.data_views import begun
from companies.admin.file_answers import file_answer, take_format, take_word
from companies.admin.file_conditions import begun_at_revision, conditions_sheet, day_of, newest_list
from companies.admin.filters import AsOfFilter, ListedFilter
from companies.admin.knowledge import Knowledge, KnownAtFilter, asked_knowledge, describe_gone
from companies.admin.state_columns import ISSUER_FIELDS
from companies.columns import Kind
from companies.fields import COMPANY_FIELDS
from companies.models import ListingSnapshot
from companies.named_values import named_values
from companies.workbook import Book

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """One of the file: its heading, the path to a value of a company or of its state, the column of the list that shows it (none: it is in the file of
    all columns alone), and the names of its values, where they are codes that no master names.
    """

    heading: str
    path: str
    shown_as: str = ""
    names: dict[Any, str] = field(default_factory=dict)
    kind: Kind | None = None


def company_columns() -> list[Column]:
    """All of them, in the language of the page: what is a master's by its code, then by its name."""
    columns = [Column(gettext("コード"), "code", "code"), Column(gettext("J-Quants コード"), "jquants_code")]
    for tracked in COMPANY_FIELDS:
        label, state = gettext(tracked.label), f"state_{tracked.name}"
        if tracked.has_master:
            columns.append(Column(gettext("{label}コード").format(label=label), state))
            columns.append(Column(label, f"state_{tracked.column}", tracked.column))
        else:
            columns.append(Column(label, state, tracked.column, dict(named_values(tracked)) if tracked.form else {}))
    columns += [
        Column(str(label), f"state_{name}", shown_as) for shown_as, (name, label) in ISSUER_FIELDS.items()
    ]  # fmt: skip
    is_listed = {True: gettext("上場中"), False: gettext("廃止")}
    return [
        *columns,
        Column(gettext("上場"), "state_is_active", "listed", is_listed),
        Column(gettext("初めて載った一覧"), "state_first_seen_on", "first_day", kind="day"),
        Column(gettext("最後に載った一覧"), "state_last_seen_on", "last_day", kind="day"),
    ]


def chosen_columns(shown: Sequence[str]) -> list[Column]:
    """Those of the page, in its order."""
    prices = [
        Column(gettext("株価"), "quote__price", "price", kind="price"),
        Column(gettext("前日比"), "quote__change", "price_change", kind="price"),
    ]
    by_place = {column.shown_as: column for column in [*company_columns(), *prices]}
    return [by_place[name] for name in shown if name in by_place]


def export_list(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """Stream what the list with the same query shows, all pages of it."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format, has_all = take_format(request), bool(take_word(request, "all_columns"))
    # Read now: the file is written when the language of the request is no longer set.
    columns = company_columns() if has_all else chosen_columns(model_admin.get_list_display(request))
    knowledge = asked_knowledge(request)
    with knowledge.held():
        shown_list = model_admin.get_changelist_instance(request)
        if file_format is None or shown_list.problems:
            return refuse_file(request, "admin:companies_company_changelist")
        found = shown_list.get_queryset(request).values_list(*(column.path for column in columns))
        if knowledge.revision is None:
            rows, revision = begun_at_revision(lambda: found.iterator(chunk_size=_CHUNK))
        else:
            # What was known once can be read in this transaction only, which does not wait for a slow reader.
            rows, revision = begun(iter(list(found))), knowledge.revision
        told, name = _conditions(shown_list, knowledge), _file_name(shown_list, knowledge)
    kinds = {column.heading: column.kind for column in columns if column.kind}
    entry = None if knowledge.revision is not None else _list_of(shown_list)
    sheet = conditions_sheet(
        request, gettext("銘柄一覧"), revision=revision, told=told, lists=[(gettext("一覧"), entry)]
    )
    return file_answer(
        request, file_format, _tell(rows, columns), [column.heading for column in columns], name,
        back="admin:companies_company_changelist", book=Book(gettext("銘柄一覧"), kinds, sheets=[sheet]),
    )  # fmt: skip


def _day_filter(shown_list: Any) -> AsOfFilter:
    return next(spec for spec in shown_list.filter_specs if isinstance(spec, AsOfFilter))


def _list_of(shown_list: Any) -> ListingSnapshot | None:
    """The list that the rows are of, as it is now."""
    day = _day_filter(shown_list).list_day
    if day is None:
        return newest_list()
    return ListingSnapshot.objects.holding().defer("rows").filter(date_in_force=day).first()


def _conditions(shown_list: Any, knowledge: Knowledge) -> list[tuple[str, Any]]:
    """In words; without a choice, those that are listed."""
    status = next(spec for spec in shown_list.filter_specs if isinstance(spec, ListedFilter))
    others = [spec for spec in shown_list.filter_specs if not isinstance(spec, ListedFilter | KnownAtFilter)]
    labels = {choice: str(label) for choice, label in status.lookup_choices}
    told = [(str(status.title), labels["all" if not status.chosen() else "yes" if status.chosen()[0] else "no"])]
    if knowledge.revision is not None:
        told.append((gettext("知られていた時点"), knowledge.moment))
    return [*told, *list_conditions(others, shown_list.query), (gettext("件数"), shown_list.result_count)]


def _file_name(shown_list: Any, knowledge: Knowledge) -> str:
    """With the day of the list; where that is before the day that was asked for, with both."""
    shown = _day_filter(shown_list)
    list_day: date = shown.list_day or day_of(newest_list())
    day = shown.day or list_day
    name = f"companies_{day}" + ("" if day == list_day else f"_list_{list_day}")
    if knowledge.revision is None:
        return name
    name += f"_known_at_{knowledge.revision}"
    # Of the whole day, as the page says: a file says so where it cannot be overlooked.
    gone, _names = describe_gone(shown.day) if shown.day else (0, "")
    return name + (f"_without_{gone}" if gone else "")


def _tell(rows: Iterator[Any], columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            column.heading: column.names.get(value, value)
            for column, value in zip(columns, row, strict=True)
        }  # fmt: skip
