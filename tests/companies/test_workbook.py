"""A workbook that is sent while its rows come has what XlsxWriter would have written of them, cell by cell."""

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies.columns import Column
from companies.export import write_rows
from companies.workbook import Book, Sheet, write_workbook

SHEET = "xl/worksheets/sheet1.xml"
HEADINGS = ["コード", "銘柄名 & 英語名", "変更内容"]
# XlsxWriter takes a text like that for a piece of XML.
texts = st.text(
    st.sampled_from("aX_x0041漢 　\t\n\r&<>\"'=\x00\x01\x1f\x7f\x85\xa0\u2028\ufffe\uffff😀")
    | st.characters(codec="utf-8"),
    max_size=12,
).filter(lambda text: not (text.startswith("<r>") and text.endswith("</r>")))


def by_xlsxwriter(rows: Sequence[Sequence[str]]) -> bytes:
    file = io.BytesIO()
    with tempfile.TemporaryDirectory() as directory:
        options = {"constant_memory": True, "tmpdir": directory, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(file, options) as workbook:
            sheet, bold = workbook.add_worksheet("companies"), workbook.add_format({"bold": True})
            sheet.freeze_panes(1, 0)
            for column, heading in enumerate(HEADINGS):
                sheet.write_string(0, column, heading, bold)
            for number, row in enumerate(rows, start=1):
                for column, text in enumerate(row):
                    sheet.write_string(number, column, text)
    return file.getvalue()


def sheet_of(workbook: bytes) -> bytes:
    """Without its size, which is optional and known at the end only."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        assert package.testzip() is None
        return re.sub(rb"<dimension [^>]*/>", b"", package.read(SHEET))


def written(rows: Sequence[Sequence[str]]) -> bytes:
    return b"".join(write_workbook(rows, HEADINGS))


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(st.tuples(texts, texts, texts), max_size=5))
@example(rows=[(" a", "a\n", ""), ("_x0041_", "_x0041", "a_x00e9_"), ("\x00", "a\x00b", "&amp;")])
@example(rows=[("x" * 32_767, "x" * 32_768, "😀" * 16_384), ("x" * 32_766 + "😀", "_x0041_" * 5_000, "")])
def test_the_sheet_is_that_of_xlsxwriter(rows: list[tuple[str, str, str]]) -> None:
    assert sheet_of(written(rows)) == sheet_of(by_xlsxwriter(rows))


def test_a_text_that_is_a_piece_of_xml_stays_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(written([("<r><t>a</t></r>", "=1+1", "7203")]))).worksheets[0]
    assert [(cell.value, cell.data_type) for cell in sheet[2]] == [
        ("<r><t>a</t></r>", "s"),
        ("=1+1", "s"),
        ("7203", "s"),
    ]


def test_it_opens_with_a_bold_heading_that_stays_in_sight_and_every_row() -> None:
    content = written([(str(number), "名", "") for number in range(1_234)])
    for is_read_only in (False, True):
        sheet = openpyxl.load_workbook(io.BytesIO(content), read_only=is_read_only).worksheets[0]
        heading, *rows = sheet.iter_rows(values_only=True)
        assert list(heading) == HEADINGS
        assert [row[0] for row in rows] == [str(number) for number in range(1_234)]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert (sheet.title, sheet.freeze_panes) == ("companies", "A2")
    assert [cell.font.bold for cell in sheet[1]] == [True] * 3
    assert not sheet["A2"].font.bold


def test_nothing_waits_for_the_last_row() -> None:
    """As rows are taken, pieces come; after so many rows most of what they make was sent."""
    taken = 0

    def rows() -> Iterator[tuple[str, str, str]]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield str(number), f"{number * 7_919 % 100_003}", "x"

    pieces = write_workbook(rows(), HEADINGS)
    sizes = [len(next(pieces)) for _ in range(20)]
    assert 500 <= taken <= 30_000
    assert max(sizes[1:]) < 200_000
    pieces.close()  # type: ignore[attr-defined] # a generator


def test_a_sheet_ends_where_its_format_does() -> None:
    file = b"".join(write_workbook([(str(n), "", "") for n in range(5)], HEADINGS, most_rows=3))
    sheet = openpyxl.load_workbook(io.BytesIO(file)).worksheets[0]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["0", "1"]


def columns_of(*headings: str) -> list[Column]:
    return [Column(heading) for heading in headings]


def kept(rows: Sequence[dict[str, Any]], book: Book) -> Any:
    """As a spreadsheet reads what a person keeps."""
    content = b"".join(write_rows("xlsx", rows, columns_of("コード", "日付", "株価"), book=book))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
        assert b"104857" not in b"".join(map(package.read, package.namelist()))
    return openpyxl.load_workbook(io.BytesIO(content))


def test_a_book_has_days_numbers_widths_a_filter_and_sheets_behind() -> None:
    rows: list[dict[str, Any]] = [
        {"コード": "0050", "日付": date(2024, 2, 29), "株価": Decimal("2050.5")},
        {"コード": "<&>=1+1", "日付": None, "株価": None},
        {"コード": "x" * 100, "日付": date(1900, 3, 1), "株価": -3},
    ]
    behind = Sheet("条件", ("項目", "内容"), [("件数", 3), ("日", date(2024, 2, 29)), ("なし", None)], (10, 20))
    book = kept(rows, Book("銘柄一覧", {"日付": "day", "株価": "number"}, sheets=[behind]))
    sheet, told = book.worksheets

    assert [cell.value for cell in sheet["A"]] == ["コード", "0050", "<&>=1+1", "x" * 100]
    assert [cell.value and cell.value.date() for cell in sheet["B"][1:]] == [date(2024, 2, 29), None, date(1900, 3, 1)]
    assert [cell.value for cell in sheet["C"]] == ["株価", 2050.5, None, -3]
    assert [cell.number_format for cell in sheet["B"]] == ["General", "yyyy-mm-dd", "yyyy-mm-dd", "yyyy-mm-dd"]
    assert (sheet.auto_filter.ref, sheet.freeze_panes, sheet.print_title_rows) == ("A1:C4", "A2", "$1:$1")
    assert sheet.column_dimensions["A"].width > 60 > sheet.column_dimensions["B"].width > 10
    assert [cell.value for cell in told["A"]] == ["項目", "件数", "日", "なし"]
    assert (told["B2"].value, told["B3"].value.date(), told["B4"].value) == (3, date(2024, 2, 29), "")


def test_the_filter_of_a_book_ends_where_its_rows_do() -> None:
    rows = [{"コード": str(number)} for number in range(1_234)]
    with zipfile.ZipFile(
        io.BytesIO(b"".join(write_rows("xlsx", rows, columns_of("コード"), book=Book("一覧"))))
    ) as package:
        contents, sheet = package.read("xl/workbook.xml").decode(), package.read(SHEET).decode()

    assert "一覧!$A$1:$A$1235</definedName>" in contents
    assert '<autoFilter ref="A1:A1235"/>' in sheet


def test_a_book_without_rows_has_its_headings_and_a_filter() -> None:
    sheet = kept([], Book("銘柄一覧", {"日付": "day"})).worksheets[0]

    assert [cell.value for cell in sheet[1]] == ["コード", "日付", "株価"]
    assert (sheet.auto_filter.ref, sheet.max_row) == ("A1:C1", 1)


def test_a_book_does_not_wait_for_its_last_row_either() -> None:
    taken = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal taken
        for number in range(100_000):
            taken += 1
            yield {"コード": f"{number * 7_919 % 100_003}", "日付": date(2024, 1, 1), "株価": number}

    book = Book("一覧", {"日付": "day", "株価": "number"})
    pieces = write_rows("xlsx", rows(), columns_of("コード", "日付", "株価"), book=book)
    for _ in range(20):
        next(pieces)
    assert 500 <= taken <= 30_000
    pieces.close()  # type: ignore[attr-defined] # a generator
