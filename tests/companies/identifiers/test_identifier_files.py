"""Files of identifiers: what is read, and what is refused with its line, its field and the remedy."""

from datetime import date

import pytest

from companies.issuers.identifiers.csv_file import read_identifiers
from companies.issuers.identifiers.errors import IdentifiersRefused
from companies.issuers.identifiers.statements import Statement

TOYOTA, NINTENDO = "JP3633400001", "JP3756600007"
HEADER = "code,scheme,value,valid_from,valid_until,origin\n"


def read(text: str, encoding: str = "utf-8") -> list[Statement]:
    return read_identifiers(text.encode(encoding), origin="test.csv").statements


def faults(content: str | bytes) -> list[tuple[int | None, str, str]]:
    with pytest.raises(IdentifiersRefused) as refused:
        read_identifiers(content.encode() if isinstance(content, str) else content, origin="test.csv")
    return [(fault.line, fault.field, fault.words) for fault in refused.value.faults]


def test_a_row_says_what_an_issue_is_called_from_when_to_when_and_who_says_so() -> None:
    assert read(HEADER + f"7203,isin,{TOYOTA},2001-04-01,2020-04-01,証券コード協議会\n") == [
        Statement("7203", "isin", TOYOTA, date(2001, 4, 1), date(2020, 4, 1), "証券コード協議会", 2)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_japanese_names_of_columns_are_read_in_each_encoding_that_spreadsheets_write(encoding: str) -> None:
    text = f"証券コード,体系,値,開始日,終了日,出所\r\n72030,ＩＳＩＮ,{TOYOTA},2001/4/1,2020/3/31,証券コード協議会\r\n"

    assert read(text, encoding) == [
        Statement("7203", "isin", TOYOTA, date(2001, 4, 1), date(2020, 4, 1), "証券コード協議会", 2)
    ]


def test_the_wide_form_has_a_column_for_each_scheme_and_empty_cells_say_nothing() -> None:
    text = f"銘柄名\tcode\tISINコード\tfigi\tLEI\nトヨタ\t7203.T\tJP363340-0001\tBBG000BCM915\t5493006W3QUS5LMH6R84\n任天堂\t7974\t{NINTENDO}\n"

    assert [(said.code, said.scheme, said.value) for said in read(text)] == [
        ("7203", "isin", TOYOTA),
        ("7203", "figi", "BBG000BCM915"),
        ("7203", "lei", "5493006W3QUS5LMH6R84"),
        ("7974", "isin", NINTENDO),
    ]


def test_a_column_that_is_not_used_is_told() -> None:
    read_file = read_identifiers(f"code,isin,銘柄名\n7203,{TOYOTA},トヨタ自動車\n".encode(), origin="test.csv")

    assert read_file.warnings == ["使わない列: 銘柄名"]
    assert read_file.statements[0].origin == "test.csv"


def test_an_identifier_of_another_country_and_an_end_that_means_none_are_taken() -> None:
    text = HEADER + "9399,ISIN,US0378331005,,9999-12-31,\n"

    assert read(text) == [Statement("9399", "isin", "US0378331005", None, None, "test.csv", 2)]


def test_everything_that_is_wrong_is_told_at_once_with_its_line_and_field() -> None:
    text = HEADER + (
        f"7203,isin,{TOYOTA},,,\n"
        "\n"
        f"0203,isin,{TOYOTA},,,\n"
        "7203,cusip,037833100,,,\n"
        "7974,isin,JP3756600008,,,\n"
        "7974,figi,BBG000BCM91,,,\n"
        "7974,lei,5493006W3QUS5LMH6R85,,,\n"
        f"7974,isin,{NINTENDO},2020-13-01,,\n"
        f"7974,isin,{NINTENDO},2020-04-01,2020-04-01,\n"
        "7974,isin,,,,\n"
    )

    assert [(line, field, words.partition("。")[0]) for line, field, words in faults(text)] == [
        (4, "code", "「0203」は証券コードではありません"),
        (5, "scheme", "「cusip」という体系は知りません"),
        (6, "value", "「JP3756600008」は ISIN の検査数字が合いません"),
        (7, "value", "「BBG000BCM91」は FIGI ではありません"),
        (8, "value", "「5493006W3QUS5LMH6R85」は LEI の検査数字が合いません"),
        (9, "valid_from", "「2020-13-01」は日付として読めません"),
        (10, "valid_until", "有効期間が逆です（2020-04-01 から始まり、2020-04-01 にはもう有効でない）"),
        (11, "value", "「」は ISIN ではありません"),
    ]


@pytest.mark.parametrize(
    "rows",
    [
        f"7203,isin,{TOYOTA},2020-04-01,,\n7203,isin,{NINTENDO},2020-04-01,,\n",
        f"7203,isin,{TOYOTA},,,\n7203,isin,{NINTENDO},,,\n",
        f"7203,isin,{TOYOTA},2010-04-01,2020-04-02,\n7203,isin,{NINTENDO},2020-04-01,,\n",
    ],
)
def test_two_rows_that_cannot_both_be_right_are_refused(rows: str) -> None:
    [(line, field, words)] = faults(HEADER + rows)

    assert (line, field) == (3, "valid_from")
    assert f"2 行目の {TOYOTA} と有効期間が重なっています（7203 の ISIN、{NINTENDO}）" in words


def test_one_that_follows_another_without_an_end_or_ends_where_the_next_begins_is_no_contradiction() -> None:
    assert len(read(HEADER + f"7203,isin,{TOYOTA},,2020-04-01,\n7203,isin,{NINTENDO},2020-04-01,,\n")) == 2
    assert len(read(HEADER + f"7203,isin,{NINTENDO},2020-04-01,,\n7203,isin,{TOYOTA},,,\n")) == 2


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("isin,figi\n", "列 code がありません"),
        ("code,value\n", "列 scheme がありません"),
        ("code,name\n", "列 scheme、value がありません"),
        ("code,isin,isin\n", "同じ列が 2 つあります"),
        ("code,scheme,value,isin\n", "一緒には使えません"),
        ("code,isin,valid_until,last_day\n", "一緒には使えません"),
        ("code,isin,valid_to\n", "終わりの日を含むかどうかが分かりません"),
    ],
)
def test_columns_that_cannot_be_told_are_refused(header: str, words: str) -> None:
    [(line, _field, told)] = faults(header + f"7203,{TOYOTA},x,x\n")

    assert line == 1
    assert words in told


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空です"),
        (b"PK\x03\x04", "CSV ではありません"),
        ("code,isin\n".encode("utf-16"), "CSV ではありません"),
        (b"<html>", "HTML"),
        (b"code,isin\n\xff\xfe\xfa", "文字コード"),
        (b"code,isin\n", "1 件もありません"),
        (b'code,isin\n7203,"JP3633400001\n', "CSV として読めません"),
        (b"x" * (20 * 1024 * 1024 + 1), "大きすぎます"),
    ],
    ids=["empty", "workbook", "utf-16", "html", "encoding", "no row", "quote", "size"],
)
def test_what_is_no_such_file_is_refused_in_words(content: bytes, words: str) -> None:
    [(_line, _field, told)] = faults(content)

    assert words in told
