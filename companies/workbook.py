"""A table as `.xlsx`, sent while its rows come.

What is around the rows (the package, styles, heading) is XlsxWriter's. The rows are written here, as XlsxWriter writes text in a row at a
time, which takes it twelve times as long: it looks at each cell by itself. Neither holds more than a few rows in memory; nothing waits in
a file for the last row, because a zip can be written from its beginning to its end.
"""

import html
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

_SHEET = "xl/worksheets/sheet1.xml"
_ROWS_AT_ONCE = 500
#: Bounds of the format: the rows of a sheet, and UTF-16 units in a cell. What is beyond is left out, as ever.
MAX_ROWS, _MAX_UNITS = 1_048_576, 32_767
# Level 6 takes twice as long in all, for a file that is an eighth smaller.
_LEVEL = 1
# Known only when the last row is written, and optional.
_DIMENSION = re.compile(rb"<dimension [^>]*/>")
_END_OF_ROWS = b"</sheetData>"
# What a cell has to be looked at for: XML's own characters, white space at its ends, what XML does not have, and what is written like that.
_CONTROL = "\x00-\x08\x0b-\x1f\ufffe\uffff"
_TO_ESCAPE = re.compile(rf"[{_CONTROL}]|_(?=x[0-9a-fA-F]{{4}}_)")
_ODD = re.compile(r"[&<>\x01-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|(?:^|\0)\s|\s(?:\0|$)")


def write_workbook(
    rows: Iterable[Sequence[str]], headings: Sequence[str], *, most_rows: int = MAX_ROWS
) -> Iterator[bytes]:
    """The file in pieces: a sheet of texts, under a line of headings that stays in sight."""
    parts, sink = _parts_around_rows(headings), _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for name, content in parts.items():
            if name != _SHEET:
                package.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED, _LEVEL)
        head, _, tail = _DIMENSION.sub(b"", parts[_SHEET]).partition(_END_OF_ROWS)
        # Without a date, as the others.
        info = zipfile.ZipInfo(_SHEET)
        info.compress_type = zipfile.ZIP_DEFLATED
        with package.open(info, "w") as sheet:
            sheet.write(head)
            written = _rows_as_xml(islice(rows, most_rows - 1), len(headings))
            while chunk := "".join(islice(written, _ROWS_AT_ONCE)):
                sheet.write(chunk.encode())
                if taken := sink.take():
                    yield taken
            sheet.write(_END_OF_ROWS + tail)
    yield sink.take()


class _Sink(io.RawIOBase):
    """What was written and not sent yet. Nobody can go back in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override] # zipfile gives bytes
        self._pieces.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """All of it; then it is empty."""
        taken = b"".join(self._pieces)
        self._pieces.clear()
        return taken


def _parts_around_rows(headings: Sequence[str]) -> dict[str, bytes]:
    """The files of a workbook that has the headings only."""
    with io.BytesIO() as file, tempfile.TemporaryDirectory() as directory:
        options = {"constant_memory": True, "tmpdir": directory, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as workbook:
            sheet, bold = workbook.add_worksheet("companies"), workbook.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for position, heading in enumerate(headings):
                sheet.write_string(0, position, heading, bold)
        with zipfile.ZipFile(file) as package:
            return {name: package.read(name) for name in package.namelist()}


def _rows_as_xml(rows: Iterator[Sequence[str]], width: int) -> Iterator[str]:
    """One by one: filled into a pattern of the row where nothing in it is odd, else cell by cell."""
    columns = [xl_col_to_name(position) for position in range(width)]
    plain = "".join(f'<c r="{column}%d" t="inlineStr"><is><t>%s</t></is></c>' for column in columns)
    numbers_and_texts: list[int | str] = [0] * (2 * width)
    for number, texts in enumerate(rows, start=2):
        joined = "\0".join(texts)
        if _ODD.search(joined) or joined.count("\0") >= width or len(joined) > _MAX_UNITS // 2:
            cells = "".join(
                f'<c r="{column}{number}" t="inlineStr"><is>{_odd_text(text)}</is></c>'
                for column, text in zip(columns, texts, strict=True)
            )
        else:
            numbers_and_texts[::2], numbers_and_texts[1::2] = [number] * width, texts
            cells = plain % tuple(numbers_and_texts)
        yield f'<row r="{number}">{cells}</row>'


def _odd_text(text: str) -> str:
    """The element of any text. What XML has no character for is written by its number, as Excel does; what reads like that, too."""
    units = text.encode("utf-16-le")
    if len(units) > 2 * _MAX_UNITS:
        text = units[: 2 * _MAX_UNITS].decode("utf-16-le", "ignore")
    written = html.escape(_TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text), quote=False)
    return f'<t xml:space="preserve">{written}</t>' if written != written.strip() else f"<t>{written}</t>"
