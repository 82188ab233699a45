"""The sheet of a workbook that says what its rows are: of which day, narrowed by what, of which revision, from where and when."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext

from api.endpoints.data_views import begun
from companies.known.reading import newest_revision
from companies.ledger.chain import find_hash
from companies.models import ListingSnapshot
from companies.workbook import Book, Sheet

_ATTEMPTS = 3
#: Of one column of labels, and one of what they say.
_WIDTHS = (28, 90)


def begun_at_revision(make_rows: Callable[[], Iterable[Any]]) -> tuple[Iterator[Any], int]:
    """Rows whose reading has begun, and the revision that they are of: where one came meanwhile they are read anew."""
    for _attempt in range(_ATTEMPTS):
        revision = newest_revision()
        rows = begun(iter(make_rows()))
        if newest_revision() == revision:
            break
    return rows, revision


def newest_list() -> ListingSnapshot | None:
    """The list that what is shown of now comes from."""
    return ListingSnapshot.objects.come().defer("rows").order_by("date_in_force").last()


def find_pending_list() -> ListingSnapshot | None:
    """The next list that is there already, and shows from its day on."""
    return ListingSnapshot.objects.pending().first()


def conditions_sheet(
    request: HttpRequest, contents: str, *, revision: int, told: Sequence[tuple[str, Any]] = (),
    lists: Sequence[tuple[str, ListingSnapshot | None]] = (),
) -> Sheet:  # fmt: skip
    """`told` are the conditions in words; `lists` those that the rows come from, with what each is to them. The address leads back to the
    page, for the same rows to whom may see them.
    """
    sources = [(label, f"{entry.date_in_force} {entry.get_source_display()}") for label, entry in lists if entry]
    made_at = timezone.localtime()
    rows = [
        (gettext("内容"), contents),
        *sources,
        *(told or [(gettext("絞り込み"), gettext("なし"))]),
        (gettext("改訂"), revision),
        (gettext("改訂のハッシュ値"), find_hash(revision)),
        (gettext("作成日時"), f"{made_at:%Y-%m-%d %H:%M:%S %Z}"),
        (gettext("画面"), _address(request)),
    ]
    return Sheet(gettext("条件"), (gettext("項目"), gettext("内容")), rows, _WIDTHS)


def notes_of_book(book: Book) -> dict[str, str]:
    """The same for a file that has no sheets: what stands on the small ones, as JSON, each row a list."""
    sheets = {sheet.title: [list(sheet.headings), *map(list, sheet.rows)] for sheet in book.sheets}
    return {
        "contents": book.title,
        "sheets": json.dumps(sheets, ensure_ascii=False, default=str),
        "version": settings.SPECTACULAR_SETTINGS["VERSION"],
    }


def _address(request: HttpRequest) -> str:
    """Of the page that led to the file; what the file was asked for besides is taken out (`take_format`)."""
    path = request.path.removesuffix("export/")
    query = request.GET.urlencode()
    return request.build_absolute_uri(f"{path}?{query}" if query else path)


def day_of(entry: ListingSnapshot | None) -> date:
    """For the name of a file: that of the list, or today's where there is none."""
    return entry.date_in_force if entry else timezone.localdate()
