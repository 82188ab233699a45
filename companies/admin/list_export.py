"""The company list as a file: exactly what is filtered and searched, in the order shown, with the words of the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext

from admin_pages.strict_list import refuse_file
from companies.admin.file_answers import file_answer, take_format, today
from companies.admin.filters import AsOfFilter
from companies.admin.knowledge import asked_knowledge, describe_gone
from companies.admin.state_columns import ISSUER_FIELDS
from companies.fields import COMPANY_FIELDS
from companies.named_values import named_values

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Column:
    """One of the file: its heading, the field of a company or of its state, and the names of its values, where they are codes
    that no master names.
    """

    heading: str
    field: str
    names: dict[str, str]


def company_columns() -> list[Column]:
    """All of them, in the language of the page: what is a master's by its code, then by its name."""
    columns = [Column(gettext("コード"), "code", {}), Column(gettext("J-Quants コード"), "jquants_code", {})]
    for field in COMPANY_FIELDS:
        label, state = gettext(field.label), f"state_{field.name}"
        if field.has_master:
            columns.append(Column(gettext("{label}コード").format(label=label), state, {}))
            columns.append(Column(label, f"state_{field.column}", {}))
        else:
            columns.append(Column(label, state, dict(named_values(field)) if field.form else {}))
    columns += [Column(str(label), f"state_{name}", {}) for name, label in ISSUER_FIELDS.values()]
    return [
        *columns,
        Column(gettext("上場中"), "state_is_active", {}),
        Column(gettext("初めて載った一覧"), "state_first_seen_on", {}),
        Column(gettext("最後に載った一覧"), "state_last_seen_on", {}),
    ]


def export_list(request: HttpRequest, model_admin: Any) -> HttpResponseBase:
    """Stream what the list with the same query shows, all pages of it."""
    if not request.user.has_perm("companies.export_company"):
        raise PermissionDenied
    file_format = take_format(request)
    # Read now: the file is written when the language of the request is no longer set.
    columns = company_columns()
    knowledge = asked_knowledge(request)
    with knowledge.held():
        shown_list = model_admin.get_changelist_instance(request)
        if file_format is None or shown_list.problems:
            return refuse_file(request, "admin:companies_company_changelist")
        found = shown_list.get_queryset(request).values_list(*(column.field for column in columns))
        # What was known once can be read in this transaction only, which does not wait for a slow reader.
        rows = found.iterator(chunk_size=_CHUNK) if knowledge.revision is None else iter(list(found))
        day = next(spec.day for spec in shown_list.filter_specs if isinstance(spec, AsOfFilter))
        name = f"companies_{day or today()}"
        if knowledge.revision is not None:
            name += f"_known_at_{knowledge.revision}"
            # Of the whole day, as the page says: a file says so where it cannot be overlooked.
            gone, _names = describe_gone(day) if day else (0, "")
            name += f"_without_{gone}" if gone else ""
    return file_answer(
        request, file_format, _tell(rows, columns), [column.heading for column in columns], name,
        back="admin:companies_company_changelist",
    )  # fmt: skip


def _tell(rows: Iterator[Any], columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield {
            column.heading: column.names.get(value, value)
            for column, value in zip(columns, row, strict=True)
        }  # fmt: skip
