"""A workbook that is sent while its rows come has what XlsxWriter would have written of them, cell by cell."""

import io
import re
import tempfile
import zipfile
from collections.abc import Iterator, Sequence

import openpyxl
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from companies.workbook import write_workbook

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
