"""A program of its own: a file on standard input, the rows of its table as JSON lines on standard output.

`python -I table_program.py WORD…`; the words are those that one row near the top must have. A workbook can make its reader
reserve hundreds of gigabytes, go round in circles, panic or abort: here that ends nobody else. Nothing of the product is
imported, so that it starts in 50 ms and holds no secret; `datasources.jpx.table` starts it and says its answers in words.

The first line is `{"rows": n}` and n arrays of text follow, or `{"refused": reason, …}` is all there is.
"""

import csv
import io
import json
import resource
import signal
import struct
import sys
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

# A real list takes 20 MiB and 0.05 s, of which starting is the most.
_MEMORY_BYTES = 256 * 1024 * 1024
_PROCESSOR_SECONDS = 1
# Patient: it runs out only for one that neither works nor ends, or whose parent is gone.
_WALL_CLOCK_SECONDS = 30

_MAX_UNPACKED_BYTES = 100 * 1024 * 1024
_MAX_ROWS = 50_000
_MAX_COLUMNS = 200
_MAX_ANSWER_BYTES = 32 * 1024 * 1024
_HEADER_WITHIN_ROWS = 10

# Of `.xls`: BOF of BIFF8, and FILEPASS, which comes soon after it.
_FIRST_RECORD, _PASSWORD_RECORD, _PASSWORD_WITHIN_RECORDS = b"\x09\x08\x10\x00", 0x2F, 10

_OLE2, _ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


class Refused(Exception):
    """The file is not read, for a reason that has words of its own."""

    def __init__(self, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.answer = {"refused": reason, **details}


def main() -> None:
    """Read, and answer. Ends with a traceback, or by a signal, where the library cannot bear the file."""
    _bound_resources()
    content = sys.stdin.buffer.read()
    try:
        lines = [json.dumps({"rows": 0})]
        size = 0
        for row in _read(content, sys.argv[1:]):
            lines.append(json.dumps([_as_text(cell) for cell in row]))
            size += len(lines[-1]) + 1
            if len(lines) > _MAX_ROWS + 1:
                raise Refused("too_many_rows", limit=_MAX_ROWS)
            if len(row) > _MAX_COLUMNS:
                raise Refused("too_many_columns", columns=len(row), limit=_MAX_COLUMNS)
            if size > _MAX_ANSWER_BYTES:
                raise Refused("too_much_text", limit=_MAX_ANSWER_BYTES)
        lines[0] = json.dumps({"rows": len(lines) - 1})
    except Refused as refused:
        lines = [json.dumps(refused.answer)]
    except MemoryError:
        lines = [json.dumps({"refused": "memory"})]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def _bound_resources() -> None:
    """By the kernel, whatever the parent left us: memory, time at work, time at all; no file written, no core left."""
    for number in (signal.SIGXCPU, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGXCPU, signal.SIGALRM))
    signal.alarm(_WALL_CLOCK_SECONDS)
    bounds = [
        (resource.RLIMIT_CPU, _PROCESSOR_SECONDS, _PROCESSOR_SECONDS + 1),
        (resource.RLIMIT_AS, _MEMORY_BYTES, _MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ]
    for kind, soft, hard in bounds:
        with suppress(ValueError, OSError):  # macOS has no bound of memory; a tighter one from outside stays
            resource.setrlimit(kind, (soft, hard))


def _read(content: bytes, words: Sequence[str]) -> Iterable[Sequence[Any]]:
    if content.startswith(_ZIP):
        _refuse_other_archives(content)
        return _read_workbook(content, words)
    if content.startswith(_OLE2):
        _refuse_other_documents(content)
        return _read_workbook(content, words)
    return _read_csv(content, words)


def _refuse_other_archives(content: bytes) -> None:
    """What is a zip as `.xlsx` is, but something else."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            kind = archive.read("mimetype")[:100] if "mimetype" in archive.namelist() else b""
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise Refused("damaged") from error
    names = {entry.filename.lower() for entry in entries}
    if b"opendocument" in kind:
        raise Refused("format", format="ods")
    for name, is_it in (
        ("xlsb", "xl/workbook.bin" in names),
        ("numbers", any(name.endswith(".iwa") or name == "index.zip" for name in names)),
        ("word", any(name.startswith("word/") for name in names)),
        ("powerpoint", any(name.startswith("ppt/") for name in names)),
    ):
        if is_it:
            raise Refused("format", format=name)
    if not any(name.startswith("xl/") for name in names):
        raise Refused("zip", names=[entry.filename[:100] for entry in entries[:3]])
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refused("password")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > _MAX_UNPACKED_BYTES:
        raise Refused("unpacked", unpacked=unpacked)


def _refuse_other_documents(content: bytes) -> None:
    """What is in the container of `.xls`, but something else. Names of its parts are UTF-16."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if has("EncryptedPackage") or _has_password(content):
        raise Refused("password")
    if has("Workbook"):
        return
    for kind, name in (("old_excel", "Book\0"), ("word", "WordDocument"), ("powerpoint", "PowerPoint Document")):
        if has(name):
            raise Refused("format", format=kind)


def _has_password(content: bytes) -> bool:
    """Whether one of the first records of the workbook in an `.xls` says that all others are encrypted."""
    at = content.find(_FIRST_RECORD)
    for _ in range(_PASSWORD_WITHIN_RECORDS):
        if not 0 <= at <= len(content) - 4:
            break
        kind, length = struct.unpack_from("<HH", content, at)
        if kind == _PASSWORD_RECORD:
            return True
        at += 4 + length
    return False


def _read_workbook(content: bytes, words: Sequence[str]) -> list[list[Any]]:
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = _find_sheet(book, words)
        last_row, last_column = sheet.end or (0, 0)
        if last_row >= _MAX_ROWS:
            raise Refused("too_many_rows", limit=_MAX_ROWS)
        if last_column >= _MAX_COLUMNS:
            raise Refused("too_many_columns", columns=last_column + 1, limit=_MAX_COLUMNS)
        rows: list[list[Any]] = sheet.to_python(skip_empty_area=False)
    except PasswordError as error:
        raise Refused("password") from error
    except CalamineError as error:
        raise Refused("damaged") from error
    return rows


def _find_sheet(book: CalamineWorkbook, words: Sequence[str]) -> CalamineSheet:
    """The sheet with the header, wherever it is; a hidden one only where no visible one has it."""
    sheets = [about for about in book.sheets_metadata if about.typ == SheetTypeEnum.WorkSheet]
    visible = [about.name for about in sheets if about.visible == SheetVisibleEnum.Visible]
    for names in (visible, [about.name for about in sheets if about.name not in visible]):
        fitting = [sheet for sheet in map(book.get_sheet_by_name, names) if _has_header(sheet, words)]
        if len(fitting) > 1:
            raise Refused("several_sheets", sheets=[sheet.name[:50] for sheet in fitting[:5]])
        if fitting:
            return fitting[0]
    raise Refused("no_header", sheets=[about.name[:50] for about in sheets[:5]])


def _has_header(sheet: CalamineSheet, words: Sequence[str]) -> bool:
    return sheet.end is not None and any(
        set(words) <= {_plain(str(cell)) for cell in row}
        for row in sheet.to_python(skip_empty_area=False, nrows=_HEADER_WITHIN_ROWS)
    )


def _read_csv(content: bytes, words: Sequence[str]) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(_decode(content, words), newline=""), strict=True)
    except csv.Error as error:
        raise Refused("csv", error=str(error)[:200]) from error


def _decode(content: bytes, words: Sequence[str]) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("utf16")
    for encoding in ("utf-8-sig", "cp932"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(word in _plain(text[:2000]) for word in words):
            return text
    raise Refused("encoding")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _as_text(cell: Any) -> str:
    """Excel's numbers without their `.0`, its dates as `YYYYMMDD`."""
    if isinstance(cell, date):  # datetimes are dates too
        return f"{cell.year:04}{cell.month:02}{cell.day:02}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


if __name__ == "__main__":
    main()
