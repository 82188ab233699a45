"""Workbooks as people send them: sheets before the list, cells far away, formats that only look alike."""

import io
import re
from typing import Any

import pytest
import xlsxwriter

from datasources.errors import ListFileError
from tests.datasources.test_jpx_listing import ETF, KYOKUYO, csv_of, read
from tests.datasources.workbooks import ROWS, legacy, modern, with_part, zipped


def put(cell: str, value: Any) -> Any:
    return lambda book: book.active.__setitem__(cell, value)


def with_hidden_first_sheet(book: Any) -> None:
    book.create_sheet("memo", 0)["A1"] = 1
    book["memo"].sheet_state = "hidden"
    book.active = 1


def with_cover(book: Any) -> None:
    book.create_sheet("表紙", 0)["A1"] = "東証上場銘柄一覧"


def with_old_list_hidden(book: Any) -> None:
    old = book.create_sheet("先月", 0)
    for row in ROWS[:2]:
        old.append(row)
    old.sheet_state = "veryHidden"


def all_hidden_but_a_memo(book: Any) -> None:
    book.active.sheet_state = "hidden"
    book.create_sheet("memo")


@pytest.mark.parametrize("change", [with_hidden_first_sheet, with_cover, with_old_list_hidden, all_hidden_but_a_memo])
def test_the_list_is_found_on_whatever_sheet_it_is(change: Any) -> None:
    assert read(modern(change)) == read(csv_of(KYOKUYO, ETF))


def test_two_sheets_with_a_list_are_refused_by_name() -> None:
    def twice(book: Any) -> None:
        book.copy_worksheet(book.active).title = "先月"

    with pytest.raises(ListFileError, match="複数あります（Sheet、先月）"):
        read(modern(twice))


def test_a_workbook_without_a_list_names_its_sheets() -> None:
    with pytest.raises(ListFileError, match="どのシートにも見つかりません（Sheet、memo）"):
        read(modern(lambda book: book.create_sheet("memo"), rows=[["a", "b"]]))


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("XFD1048576", "Ctrl\\+End"),
        ("GJH70000", "Ctrl\\+End"),
        ("A1048576", "Ctrl\\+End"),
        ("A60000", "行が多すぎます（50,000 行"),
        ("GJH5", "列が多すぎます（5,000 列、上限 200）"),
    ],
)
def test_a_stray_cell_far_away_is_refused_with_the_remedy(cell: str, words: str) -> None:
    with pytest.raises(ListFileError, match=words):
        read(modern(put(cell, " ")))


def test_a_stray_space_nearby_does_no_harm() -> None:
    assert read(modern(put("Z90", " "))) == read(csv_of(KYOKUYO, ETF))


def test_one_long_string_used_a_thousand_times_is_refused() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ROWS[0])
        for row in range(1, 1_200):
            sheet.write_string(row, 2, "長" * 32_000)

    assert len(file.getvalue()) < 100_000
    with pytest.raises(ListFileError, match="セルの文字が多すぎます"):
        read(file.getvalue())


@pytest.mark.parametrize(
    ("cell", "value", "words"),
    [
        ("C3", "#N/A", "3 行目「銘柄名」: 銘柄名がありません（コード 1305）"),
        ("E2", "#REF!", "2 行目「33業種コード」: 空です"),
        ("F2", "=NA()", "2 行目「33業種区分」: 空です"),
        ("D2", "#VALUE!", "2 行目「市場・商品区分」: 空です"),
        ("J3", "#N/A", "3 行目「規模区分」: 空です"),
        ("B3", "#DIV/0!", "3 行目「コード」: 空です"),
        ("A3", "#NUM!", "3 行目「日付」"),
    ],
)
def test_an_error_value_is_refused_with_row_and_column(cell: str, value: str, words: str) -> None:
    def put_error(book: Any) -> None:
        book.active[cell] = value
        if value.startswith("#"):
            book.active[cell].data_type = "e"

    with pytest.raises(ListFileError, match=re.escape(words)):
        read(modern(put_error))


def test_an_error_value_written_as_text_is_refused_too() -> None:
    with pytest.raises(ListFileError, match="2 行目「銘柄名」: 表計算のエラー値「#N/A」"):
        read(csv_of(KYOKUYO.replace("極洋", "#N/A"), ETF))


@pytest.mark.parametrize("serial", [2_958_466, 1e15, -1, 1e300])
def test_a_date_that_no_calendar_has_is_refused_with_row_and_column(serial: float) -> None:
    def put_date(book: Any) -> None:
        book.active["A2"] = serial
        book.active["A2"].number_format = "yyyy/mm/dd"

    with pytest.raises(ListFileError, match="2 行目「日付」"):
        read(modern(put_date))


def test_a_style_without_a_name_is_no_reason_to_refuse() -> None:
    unnamed = with_part(modern(), "xl/styles.xml", lambda xml: xml.replace(b' name="Normal"', b""))

    assert unnamed != modern()
    assert read(unnamed) == read(csv_of(KYOKUYO, ETF))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zipped(xl__workbook_bin=b""), ".xlsb）は読めません。Excel ブック"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), ".ods）は読めません"),
        (zipped(Index__Document_iwa=b""), "Numbers のファイルは読めません"),
        (zipped(word__document_xml=b""), "Word の文書は読めません"),
        (zipped(data_csv=csv_of(KYOKUYO)), "ZIP ファイルです（中身: data.csv）。展開して"),
        (b"\x09\x04\x06\x00\x00\x00\x10\x00", "Excel 95 以前）です"),
        (legacy().replace("Workbook".encode("utf-16-le"), "Book\0\0\0\0".encode("utf-16-le")), "Excel 95 以前）は読めません"),
        (legacy() + "EncryptedPackage".encode("utf-16-le"), "パスワードで保護"),
        # The record of who wrote it, made the record of a password.
        (legacy().replace(b"\x5c\x00\x70\x00", b"\x2f\x00\x70\x00", 1), "パスワードで保護"),
        (b"MIME-Version: 1.0\r\n", "MHTML）です"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip 圧縮ファイルです"),
        (b"PAR1", "Parquetです"),
    ],
)  # fmt: skip
def test_a_format_that_cannot_be_read_is_named_with_the_remedy(content: bytes, words: str) -> None:
    with pytest.raises(ListFileError, match=re.escape(words)):
        read(content)
