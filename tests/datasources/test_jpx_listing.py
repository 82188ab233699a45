"""Reading JPX's list: every quirk of the real files, and every refusal."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest
import xlwt

from companies.listed_issue import ListedIssue
from datasources.errors import ListFileError
from datasources.file_providers import FileList
from datasources.jpx.listing import read_listing
from datasources.jpx.table import MAX_FILE_BYTES

HEADER = "日付,コード,銘柄名,市場・商品区分,33業種コード,33業種区分,17業種コード,17業種区分,規模コード,規模区分"
KYOKUYO = "20240229,1301,極洋,プライム（内国株式）,50,水産・農林業,1,食品,7,TOPIX Small 2"
ETF = "20240229,1305,ｉＦｒｅｅＥＴＦ　ＴＯＰＩＸ,ETF・ETN,-,-,-,-,-,-"


def read(content: bytes) -> FileList:
    return read_listing(content, today=date(2024, 3, 1))


def csv_of(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows, ""]).encode()


def zip_of(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", content)
    return file.getvalue()


def test_a_list_is_read_with_its_zeros_restored_and_none_named() -> None:
    listing = read(csv_of(KYOKUYO, ETF))

    assert listing.date_in_force == date(2024, 2, 29)
    assert listing.warnings == []
    assert listing.issues == [
        ListedIssue(
            code="1301", company_name="極洋", market_code="0111", product_category="011", sector33_code="0050",
            sector33_name="水産・農林業", sector17_code="1", sector17_name="食品", scale_category="TOPIX Small 2",
        ),
        ListedIssue(
            code="1305", company_name="ｉＦｒｅｅＥＴＦ　ＴＯＰＩＸ", market_code="0109", product_category="014",
            sector33_code="9999", sector17_code="99", scale_category="-",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_other_encodings_give_the_same_list(encoding: str) -> None:
    assert read(csv_of(KYOKUYO, ETF).decode().encode(encoding)) == read(csv_of(KYOKUYO, ETF))


def test_excel_files_give_the_same_list() -> None:
    cells = [HEADER.split(",")] + [
        [float(cell) if cell.isdecimal() else cell for cell in row.split(",")] for row in (KYOKUYO, ETF)
    ]
    book, legacy = openpyxl.Workbook(), xlwt.Workbook()
    sheet = legacy.add_sheet("Sheet1")
    for y, row in enumerate(cells):
        book.active.append(row)
        for x, cell in enumerate(row):
            sheet.write(y, x, cell)
    modern_file, legacy_file = io.BytesIO(), io.BytesIO()
    book.save(modern_file)
    legacy.save(legacy_file)

    assert read(modern_file.getvalue()) == read(csv_of(KYOKUYO, ETF))
    assert read(legacy_file.getvalue()) == read(csv_of(KYOKUYO, ETF))


def test_dates_of_excel_and_empty_lines_are_read_for_what_they_mean() -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, KYOKUYO, "", ETF):
        cells: list[object] = [cell for cell in row.split(",") if row]
        book.active.append([datetime(2024, 2, 29) if cell == "20240229" else cell for cell in cells])  # noqa: DTZ001
    file = io.BytesIO()
    book.save(file)

    assert read(file.getvalue()) == read(csv_of(KYOKUYO, ETF))
    assert read(csv_of(KYOKUYO, ",,,,,,,,,", ETF)) == read(csv_of(KYOKUYO, ETF))


def test_a_title_above_the_header_is_passed_over() -> None:
    titled = b"\xef\xbb\xbf" + "東証上場銘柄一覧,,,,,,,,,\r\n".encode() + csv_of(KYOKUYO, ETF)

    assert read(titled) == read(csv_of(KYOKUYO, ETF))


def test_an_unknown_market_label_leaves_the_market_untold_and_warns() -> None:
    listing = read(csv_of(KYOKUYO.replace("プライム（内国株式）", "ネクスト（内国株式）")))

    assert listing.issues[0].market_code is None
    assert "ネクスト" in listing.warnings[0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "空"),
        (b"\x89PNG\r\n\x1a\n0000", "PNG"),
        (b"<html><body>404</body></html>", "HTML"),
        (b"\xd0\xcf\x11\xe0 broken", "壊れて"),
        (b"PK\x03\x04 broken", "壊れて"),
        (csv_of(KYOKUYO).decode().encode("utf-16"), "UTF-16"),
        (csv_of(KYOKUYO).decode().encode("euc_jp"), "文字コード"),
        (csv_of(), "1 件もありません"),
        (csv_of(KYOKUYO).replace(HEADER.encode(), HEADER.replace("33業種コード,", "").encode()), "33業種コード"),
        (csv_of(KYOKUYO, KYOKUYO.replace("20240229", "20240329")), "3 行目"),
        (csv_of(KYOKUYO.replace("20240229", "20240231")), "日付"),
        (csv_of(KYOKUYO.replace("20240229", "20990101")), "ありえません"),
        (csv_of(KYOKUYO.replace("1301", "13-1")), "2 行目「コード」"),
        (csv_of(KYOKUYO.replace("極洋", "")), "銘柄名"),
        (csv_of(KYOKUYO.replace("極洋", "-")), "2 行目「銘柄名」: 銘柄名がありません"),
        (csv_of(KYOKUYO.replace("1301", "130O")), "2 行目「コード」: 「130O」は銘柄コードではありません"),
        (csv_of(KYOKUYO, ETF.replace("1305", "01305")), "3 行目「コード」: 「01305」"),
        (csv_of(KYOKUYO.replace("極洋", "極\0洋")), r"2 行目「銘柄名」: 制御文字 U\+0000"),
        (csv_of(KYOKUYO.replace("極洋", '"極\n洋"')), r"2 行目「銘柄名」: 改行 U\+000A"),
        (csv_of(KYOKUYO.replace("極洋", "\u202e洋極")), r"2 行目「銘柄名」: 文字の並ぶ向きを変える文字 U\+202E"),
        (csv_of(KYOKUYO.replace("極洋", "\u200b")), "2 行目「銘柄名」: 目に見える文字がありません"),
        (csv_of(KYOKUYO.replace("極洋", "長" * 300)), "2 行目「銘柄名」: 300 文字あり、長すぎます"),
        (csv_of(KYOKUYO.replace(",50,水産・農林業", f",1234,{'業' * 200}")), "2 行目「33業種区分」: 200 文字あり"),
        (csv_of(KYOKUYO.replace(",1,食品", ",100,食品")), "2 行目「17業種コード」: 「100」"),
        (csv_of(KYOKUYO.replace(",50,", ",,")), "2 行目「33業種コード」: 空です"),
        (csv_of(KYOKUYO.replace(",50,", ",abc,")), "33業種コード"),
        (csv_of(KYOKUYO[:20]), "途中で切れて"),
        ("こんにちは".encode(), "見出し行"),
        (b"x" * (MAX_FILE_BYTES + 1), "大きすぎます"),
        (csv_of(*[KYOKUYO] * 50_001), "行が多すぎます"),
        (csv_of('"' + KYOKUYO + '"x'), "CSV として読めません"),
        (("コード\r\n" * 30).encode(), "見出し行"),
        (csv_of(KYOKUYO.replace("20240229", "ここ")), "日付として読めません"),
        (zip_of(bytes(200_000_000)), "展開後のサイズ"),
    ],
)  # fmt: skip
def test_what_is_not_a_list_is_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(ListFileError, match=reason):
        read(content)
