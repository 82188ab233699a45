"""The differences of two days as a file: both values of each field beside each other, and the totals behind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from companies.admin.file_answers import file_answer
from companies.admin.file_conditions import conditions_sheet
from companies.choices import ChangeType
from companies.events.wording import StateWording
from companies.fields import COMPANY_FIELDS
from companies.known.reading import newest_revision
from companies.universe_difference import Difference, Total
from companies.workbook import Book, Sheet

#: Of the totals, on the page as in the file; in front of them what they are of.
TOTAL_HEADINGS = (_("区分"), _("値"), _("比較元"), _("比較先"), _("増減"), _("新規"), _("廃止"), _("転入"), _("転出"))


def comparison_file(
    request: HttpRequest, file_format: str, chosen: Mapping[str, Any], shown: Sequence[Difference], *,
    totals: Mapping[str, Sequence[tuple[str, Total]]], told: Sequence[tuple[str, Any]],
) -> HttpResponseBase:  # fmt: skip
    """Of the differences that are shown; `totals` are of all."""
    first, second = (chosen[f"{name}_entry"] for name in ("first", "second"))
    headings = _headings()
    lists = [(gettext("比較元の一覧"), first), (gettext("比較先の一覧"), second)]
    told = [*told, (gettext("件数"), len(shown))]
    conditions = conditions_sheet(
        request, gettext("2 つの日の比較"), revision=newest_revision(), told=told, lists=lists
    )  # fmt: skip
    return file_answer(
        request, file_format, list(_rows(shown, headings)), headings,
        f"comparison_{first.date_in_force}_{second.date_in_force}", back="admin:companies_company_compare",
        book=Book(gettext("2 つの日の比較"), sheets=[_totals_sheet(totals), conditions]),
    )  # fmt: skip


def _headings() -> tuple[str, ...]:
    sides = [
        words.format(label=gettext(field.label))
        for field in COMPANY_FIELDS
        for words in (gettext("{label}（比較元）"), gettext("{label}（比較先）"))
    ]
    return (gettext("コード"), gettext("種別"), gettext("変わった項目"), *sides)


def _rows(shown: Sequence[Difference], headings: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    wording = StateWording()
    for one in shown:
        changed = [gettext(field.label) for field in COMPANY_FIELDS if one.changed(field.name)]
        values = [
            wording.name(field.name, one.value(field.name, is_newer=is_newer))
            for field in COMPANY_FIELDS
            for is_newer in (False, True)
        ]
        told = gettext("、").join(changed) if one.kind is ChangeType.CHANGED else ""
        yield dict(zip(headings, (one.code, str(one.kind.label), told, *values), strict=True))


def _totals_sheet(totals: Mapping[str, Sequence[tuple[str, Total]]]) -> Sheet:
    headings = tuple(str(heading) for heading in TOTAL_HEADINGS)
    rows = [
        (
            gettext("市場区分") if name == "market" else gettext("33業種"), words, total.before, total.after,
            total.after - total.before, total.listed, total.delisted, total.moved_in, total.moved_out,
        )
        for name, of_field in totals.items()
        for words, total in of_field
    ]  # fmt: skip
    return Sheet(gettext("集計"), headings, rows, (12, 30, *[10] * 7))
