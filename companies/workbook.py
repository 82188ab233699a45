"""A table as `.xlsx`, sent while its rows come.

What is around the rows (the package, styles, heading) is XlsxWriter's. The rows are written here, as XlsxWriter writes text in a row at a
time, which takes it twelve times as long: it looks at each cell by itself. Neither holds more than a few rows in memory; nothing waits in
a file for the last row, because a zip can be written from its beginning to its end.

As programs get it, all cells are texts. A `Book` says what a person would keep: days that are days, widths, a filter over the headings, and
small sheets behind that of the rows.
"""

import html
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from companies.columns import Kind
from companies.sink import Sink

_SHEET, _CONTENTS = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
_ROWS_AT_ONCE = 500
#: Bounds of the format: the rows of a sheet, and UTF-16 units in a cell. What is beyond is left out, as ever.
MAX_ROWS, _MAX_UNITS = 1_048_576, 32_767
# Level 6 takes twice as long in all, for a file that is an eighth smaller.
_LEVEL = 1
# Known only when the last row is written, and optional.
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_END_OF_ROWS = b"</sheetData>"
_STYLE_OF_DAYS = re.compile(rb'<col [^>]*style="(\d+)"')
# Of the filter over the headings, until it is known which row is the last: not that of the format, which would be whole columns.
_ANY_ROW = 1_048_575
_LAST_ROW = re.compile(rb"(?<=\d:)([A-Z]+)1048575|(?<=:)(\$[A-Z]+\$)1048575")
# From which Excel counts days.
_DAY_ZERO = date(1899, 12, 30)
_OF_PROGRAMS = datetime(2000, 1, 1, tzinfo=UTC)
# What a cell has to be looked at for: XML's own characters, white space at its ends, what XML does not have, and what is written like that.
_CONTROL = "\x00-\x08\x0b-\x1f\ufffe\uffff"
_TO_ESCAPE = re.compile(rf"[{_CONTROL}]|_(?=x[0-9a-fA-F]{{4}}_)")
_ODD = re.compile(r"[&<>\x01-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|(?:^|\0)\s|\s(?:\0|$)")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A small sheet behind the first: a line of headings, and its rows."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    widths: Sequence[int]


@dataclass(frozen=True, slots=True)
class Book:
    """How a workbook is kept. `kinds` are those of columns that are no texts, by their headings; `widths` those of all columns, in
    characters.
    """

    title: str
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    widths: Sequence[int] = ()
    sheets: Sequence[Sheet] = ()


def write_workbook(
    rows: Iterable[Sequence[Any]], headings: Sequence[str], book: Book | None = None, *, most_rows: int = MAX_ROWS,
    properties: Mapping[str, str] | None = None,
) -> Iterator[bytes]:  # fmt: skip
    """The file in pieces: a sheet of texts, under a line of headings that stays in sight; or what a `book` says of it, whose other columns
    have a day, a number, or `None`. `properties` are custom ones of the document: beside its sheets, so that who reads these is not disturbed.
    """
    parts, sink = _parts_around_rows(headings, book, properties or {}), Sink()
    kinds = [book.kinds.get(heading) if book else None for heading in headings]
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for name, content in parts.items():
            if name not in (_SHEET, _CONTENTS):
                _add(package, name, content)
        head, _, tail = _DIMENSION.sub(b"", parts[_SHEET]).partition(_END_OF_ROWS)
        # Without a date, as the others.
        info = zipfile.ZipInfo(_SHEET)
        info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(info, "w") as sheet:
            sheet.write(head)
            written, last_row = _rows_as_xml(islice(rows, most_rows - 1), kinds, _style_of_days(head)), 1
            while chunk := list(islice(written, _ROWS_AT_ONCE)):
                last_row += len(chunk)
                sheet.write("".join(chunk).encode())
                if taken := sink.take():
                    yield taken
            sheet.write(_END_OF_ROWS + _until(last_row, tail))
        _add(package, _CONTENTS, _until(last_row, parts[_CONTENTS]))
    yield sink.take()


def _add(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, _LEVEL)


def _until(last_row: int, xml: bytes) -> bytes:
    """With the filter over the headings down to the last row."""
    return _LAST_ROW.sub(lambda found: b"%b%d" % (found[1] or found[2], last_row), xml)


def _style_of_days(head: bytes) -> str:
    """Of the columns of days, which alone have one."""
    found = _STYLE_OF_DAYS.search(head)
    return found[1].decode() if found else "0"


def _parts_around_rows(headings: Sequence[str], book: Book | None, properties: Mapping[str, str]) -> dict[str, bytes]:
    """The files of a workbook that has the headings only."""
    with io.BytesIO() as file, tempfile.TemporaryDirectory() as directory:
        options = {"constant_memory": True, "tmpdir": directory, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as workbook:
            if book is None:
                # The same bytes each time, so that who was told their hash can check them.
                workbook.set_properties({"created": _OF_PROGRAMS})
            for name, value in properties.items():
                workbook.set_custom_property(name, value)
            sheet = workbook.add_worksheet(book.title if book else "companies")
            bold = workbook.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for position, heading in enumerate(headings):
                sheet.write_string(0, position, heading, bold)
            if book:
                day = workbook.add_format({"num_format": "yyyy-mm-dd"})
                _lay_out(sheet, headings, book, day)
                for more in book.sheets:
                    _write_sheet(workbook.add_worksheet(more.title), more, bold, day)
        with zipfile.ZipFile(file) as package:
            return {name: package.read(name) for name in package.namelist()}


def _lay_out(sheet: Any, headings: Sequence[str], book: Book, day: Any) -> None:
    """As it is looked at and printed."""
    for position, (heading, width) in enumerate(zip(headings, book.widths, strict=True)):
        sheet.set_column(position, position, width, day if book.kinds.get(heading) == "day" else None)
    sheet.autofilter(0, 0, _ANY_ROW - 1, len(headings) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_sheet(sheet: Any, more: Sheet, bold: Any, day: Any) -> None:
    sheet.freeze_panes(1, 0)
    for position, width in enumerate(more.widths):
        sheet.set_column(position, position, width)
    for position, heading in enumerate(more.headings):
        sheet.write_string(0, position, heading, bold)
    for number, row in enumerate(more.rows, start=1):
        for position, value in enumerate(row):
            if isinstance(value, date):
                sheet.write_datetime(number, position, value, day)
            elif isinstance(value, int):
                sheet.write_number(number, position, value)
            else:
                sheet.write_string(number, position, "" if value is None else str(value))


def _rows_as_xml(rows: Iterator[Sequence[Any]], kinds: Sequence[Kind | None], style: str) -> Iterator[str]:
    """One by one: filled into a pattern of the row where nothing in it is odd, else cell by cell."""
    columns = [xl_col_to_name(position) for position in range(len(kinds))]
    plain = "".join(_pattern(column, kind, style) for column, kind in zip(columns, kinds, strict=True))
    typed = [(place, kind) for place, kind in enumerate(kinds) if kind]
    numbers_and_texts: list[int | str] = [0] * (2 * len(kinds))
    for number, values in enumerate(rows, start=2):
        texts, found = values, {}
        if typed:
            texts, found = list(values), {place: _value(values[place], kind) for place, kind in typed}
            for place in found:
                texts[place] = ""
        joined = "\0".join(texts)
        if _ODD.search(joined) or joined.count("\0") >= len(kinds) or len(joined) > _MAX_UNITS // 2:
            cells = "".join(
                _pattern(column, kinds[place], style) % (number, found[place])
                if place in found
                else f'<c r="{column}{number}" t="inlineStr"><is>{_odd_text(text)}</is></c>'
                for place, (column, text) in enumerate(zip(columns, texts, strict=True))
            )
        else:
            numbers_and_texts[::2], numbers_and_texts[1::2] = [number] * len(kinds), texts
            for place, value in found.items():
                numbers_and_texts[2 * place + 1] = value
            cells = plain % tuple(numbers_and_texts)
        yield f'<row r="{number}">{cells}</row>'


def _pattern(column: str, kind: Kind | None, style: str) -> str:
    """Of a cell: its row and what is in it are left open."""
    if kind is None:
        return f'<c r="{column}%d" t="inlineStr"><is><t>%s</t></is></c>'
    return f'<c r="{column}%d" s="{style}">%s</c>' if kind == "day" else f'<c r="{column}%d">%s</c>'


def _value(value: Any, kind: Kind) -> str:
    if value is None:
        return ""
    return f"<v>{(value - _DAY_ZERO).days if kind == 'day' else value}</v>"


def _odd_text(text: str) -> str:
    """The element of any text. What XML has no character for is written by its number, as Excel does; what reads like that, too."""
    units = text.encode("utf-16-le")
    if len(units) > 2 * _MAX_UNITS:
        text = units[: 2 * _MAX_UNITS].decode("utf-16-le", "ignore")
    written = html.escape(_TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)
    return f'<t xml:space="preserve">{written}</t>' if written != written.strip() else f"<t>{written}</t>"
