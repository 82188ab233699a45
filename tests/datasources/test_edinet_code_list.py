"""EDINET's code list: both variants, what spreadsheets do to it, and everything that is none."""

import zipfile
from datetime import date
from io import BytesIO

import pytest

from datasources.edinet.code_list import read_code_list
from datasources.errors import ListFileError
from datasources.issuer_providers import IssuerFile
from tests.edinet_lists import ENGLISH, row_of, text_of, zip_of

TODAY = date(2026, 11, 20)


def read(content: bytes) -> IssuerFile:
    return read_code_list(content, today=TODAY)


def refusal(content: bytes) -> str:
    with pytest.raises(ListFileError) as error:
        read(content)
    return str(error.value)


def test_a_row_is_read_whole() -> None:
    found = read(zip_of(text_of([row_of()])))

    assert found.date_in_force == date(2026, 8, 11)
    [filer] = found.filers
    assert (filer.edinet_code, filer.securities_code, filer.name) == ("E00004", "1376", "カネコ種苗株式会社")
    assert (filer.name_kana, filer.name_english) == ("カネコシュビョウ", "KANEKO SEEDS CO., LTD.")
    assert (filer.corporate_number, filer.fiscal_year_end, filer.capital) == ("5070001000715", "5月31日", "1491000000")
    assert (filer.address, filer.industry) == ("前橋市古市町一丁目５０番地１２", "水産・農林業")
    assert (found.individuals, found.warnings) == (0, [])


def test_the_english_variant_says_the_same() -> None:
    english = row_of(listed="Listed company", fiscal_year_end="5.31", industry="Fishery, Agriculture & Forestry")
    text = text_of([english], day="As Of 2026.08.11", count="1", header=ENGLISH)

    assert read(zip_of(text)) == read(zip_of(text_of([row_of()])))


def test_what_a_spreadsheet_saved_is_read_but_for_the_numbers_that_it_lost() -> None:
    text = text_of(
        [row_of(corporate_number="5.07E+12").replace('"', "").replace("CO., LTD.", "CO.")], count="1件,,,,,,,,,"
    )

    found = read(text.encode("cp932"))

    assert found.filers[0].corporate_number is None
    assert "「提出者法人番号」を読めない提出者が 1 件あります" in found.warnings[0]


@pytest.mark.parametrize(
    ("written", "read_as"),
    [(" 3月31日", "3月31日"), ("12月 1日", "12月1日"), ("2月末日", "2月末日"), ("2the end of the month", "2月末日"),
     ("12.31", "12月31日"), ("", None), ("13月31日", None), ("5月末", "5月末日"), ("不明", None)],
)  # fmt: skip
def test_the_end_of_the_fiscal_year_in_every_way_it_is_written(written: str, read_as: str | None) -> None:
    assert read(zip_of(text_of([row_of(fiscal_year_end=written)]))).filers[0].fiscal_year_end == read_as


@pytest.mark.parametrize(
    "kind",
    [
        "個人（組合発行者を除く）",
        "個人（非居住者）（組合発行者を除く）",
        "Individual",
        "非居住者個人",
        "Non-resident individual",
    ],
)
def test_of_individuals_nothing_is_kept_but_their_number(kind: str) -> None:
    person = row_of(edinet_code="E09999", filer_type=kind, name="山田　太郎", securities_code="", corporate_number="")

    found = read(zip_of(text_of([row_of(), person])))

    assert [filer.edinet_code for filer in found.filers] == ["E00004"]
    assert found.individuals == 1
    assert "山田" not in repr(found)


def test_a_partnership_is_no_individual() -> None:
    fund = row_of(
        edinet_code="E00005", filer_type="内国法人・組合（有価証券報告書等の提出義務者以外）", securities_code=""
    )

    assert [filer.securities_code for filer in read(zip_of(text_of([fund]))).filers] == [None]


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"edinet_code": "4"}, "3 行目「EDINETコード」: 「4」は EDINET コードではありません"),
        ({"securities_code": "1E760"}, "3 行目「証券コード」: 「1E76」は証券コードではありません"),
        ({"corporate_number": "5070001000716"}, "3 行目「提出者法人番号」: 「5070001000716」は法人番号ではありません"),
        ({"corporate_number": "507000100071"}, "3 行目「提出者法人番号」: 「507000100071」は法人番号ではありません"),
        ({"name": ""}, "3 行目「提出者名」: 空です"),
        ({"filer_type": ""}, "3 行目「提出者種別」: 空です。個人かどうかが分からない"),
        ({"name": "カネコ\x07種苗"}, "3 行目「提出者名」: 制御文字が含まれています（「カネコ〈U+0007〉種苗」）"),
    ],
)  # fmt: skip
def test_an_impossible_value_is_refused_by_row_and_column(told: dict[str, str], words: str) -> None:
    assert words in refusal(zip_of(text_of([row_of(**told)])))


def test_a_file_that_was_cut_is_told_by_its_count() -> None:
    assert "1 行目に 2 件とありますが、1 件しか読めません" in refusal(zip_of(text_of([row_of()], count="2件")))


def test_a_cut_zip_a_web_page_and_another_encoding_are_told_apart() -> None:
    whole = zip_of(text_of([row_of()]))

    assert "zip を開けません。途中で切れている" in refusal(whole[: len(whole) // 2])
    assert "zip を開けません。途中で切れている" in refusal(whole[:-30])
    page = b'\r\n<!DOCTYPE html>\n<html lang="ja"><title>EDINET</title></html>'
    assert "コードリストではなく Web ページ（HTML）です" in refusal(page)
    assert "1 行目: 文字コードが Shift_JIS（CP932）ではありません" in refusal(
        zip_of(text_of([row_of()]), encoding="utf-8")
    )
    assert "文字コードが Shift_JIS（CP932）ではありません" in refusal(text_of([row_of()]).encode("utf-8-sig"))
    assert "ファイルが空です" in refusal(b"")


def test_a_damaged_zip_of_any_method_is_told_in_words() -> None:
    for method in (zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", method) as archive:
            archive.writestr("EdinetcodeDlInfo.csv", text_of([row_of()] * 50).encode("cp932"))
        content = bytearray(file.getvalue())
        content[90:140] = bytes(255 - byte for byte in content[90:140])

        assert "zip を開けません" in refusal(bytes(content)), method


def test_a_zip_of_other_things_is_none() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.csv", "x")
        archive.writestr("b.csv", "x")

    assert "zip の中の CSV が 2 個あります" in refusal(file.getvalue())
    assert "zip の中の CSV が 0 個あります" in refusal(zip_of("x", name="readme.txt"))


def test_a_zip_that_unpacks_to_gigabytes_is_left_alone() -> None:
    assert "zip の中の CSV が大きすぎます" in refusal(zip_of("0" * 60_000_000))


def test_a_missing_column_is_named_in_the_variant_that_was_meant() -> None:
    header = text_of([row_of()]).replace("提出者法人番号", "番号")
    english = text_of([row_of()], day="As Of 2026.08.11", header=ENGLISH).replace("Province", "State")

    assert "列が足りません: 提出者法人番号" in refusal(zip_of(header))
    assert "列が足りません: Province" in refusal(zip_of(english))


def test_columns_may_stand_in_another_order() -> None:
    lines = text_of([row_of(name_english="KANEKO SEEDS")]).split("\r\n")
    turned = [lines[0], *(",".join(reversed(line.split(","))) for line in lines[1:3]), ""]

    assert read(zip_of("\r\n".join(turned))).filers == read(zip_of("\r\n".join(lines))).filers


@pytest.mark.parametrize("day", ["2026年11月21日現在", "1999年01月01日現在", "2026年02月30日現在", "いつか"])
def test_a_day_that_cannot_be_is_refused(day: str) -> None:
    assert refusal(zip_of(text_of([row_of()], day=day))).startswith("1 行目")


def test_a_quote_that_is_never_closed_is_told_with_its_line() -> None:
    assert "CSV として読めません" in refusal(zip_of(text_of([row_of(), '"E00005,"内国'])))
