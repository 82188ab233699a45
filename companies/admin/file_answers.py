"""Files of what a list of the admin shows: exactly its rows, all pages of them, with the words of the page."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext

from api.concurrency_limit import HeldWhileSent, TooManyAtOnce, take_place
from companies.admin.file_conditions import notes_of_book
from companies.columns import columns_of_kinds
from companies.export import CONTENT_TYPES, ExportFormat, write_rows
from companies.workbook import Book


def take_format(request: HttpRequest) -> str | None:
    """The kind of file asked for, taken out of the query so that the rest is the list's own; `None` and a message
    where there is no such kind.
    """
    query = request.GET.copy()
    file_format = str(query.pop("format", ["csv"])[-1])
    request.GET = query  # type: ignore[assignment] # the admin only reads it
    if file_format in ExportFormat.values:
        return file_format
    formats = gettext("、").join(ExportFormat.values)
    messages.error(request, gettext("ファイルの形式は {formats} のいずれかです。").format(formats=formats))
    return None


def take_word(request: HttpRequest, name: str) -> str:
    """What else is asked of the file, taken out of the query likewise; nothing where it is not asked for."""
    query = request.GET.copy()
    word = str(query.pop(name, [""])[-1])
    request.GET = query  # type: ignore[assignment] # the admin only reads it
    return word


def file_answer(
    request: HttpRequest,
    file_format: str,
    rows: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    name: str,
    *,
    back: str,
    book: Book | None = None,
) -> HttpResponseBase:
    """The file, streamed; `name` without its ending; a workbook is kept as `book` says, and Parquet has its kinds and its sheets' contents.
    Where too many are being written, a message on the page `back`.
    """
    try:
        place = take_place(f"user {request.user.pk}")
    except TooManyAtOnce as full:
        messages.error(
            request,
            gettext(
                "ファイルの出力は同時に {limit} 件までです。ほかの出力が終わってから、もう一度お試しください。"
            ).format(limit=full.limit),
        )
        return redirect(back)
    typed = list(columns_of_kinds(columns, book.kinds if book else {}))
    notes = notes_of_book(book) if book else {}
    return StreamingHttpResponse(
        HeldWhileSent(place, write_rows(file_format, rows, typed, book=book, notes=notes)),
        content_type=CONTENT_TYPES[ExportFormat(file_format)],
        headers={"Content-Disposition": f'attachment; filename="{name}.{file_format}"', "Cache-Control": "no-store"},
    )
