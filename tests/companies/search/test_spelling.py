"""Folding, Latin letters and codes: pure functions that search stands on."""

import pytest

from companies.codes import is_securities_code, jquants_code, securities_code
from companies.search.folding import fold_text, search_text, spell_out
from companies.search.romaji import romanise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾄﾖﾀ", "トヨタ"),
        ("とよた", "トヨタ"),
        ("ＴＯＹＯＴＡ", "toyota"),
        ("髙島屋", "高島屋"),
        ("山﨑製パン", "山崎製パン"),
        ("渡邊", "渡辺"),
        ("齋藤", "斎藤"),
        ("コーヒー", "コ-ヒ−"),
        ("サーバ〜", "サーバー"),
        ("株式会社極洋", "極洋"),
        ("(株)極洋", "極洋"),
        ("㈱極洋", "極洋"),
        ("Toyota Motor Corporation", "toyota motor corp."),
        ("Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ", "veritas in silico"),
        ("J・フロント", "Jフロント"),
        ("ｶﾞｽ", "ガス"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(one: str, other: str) -> None:
    assert fold_text(one) == fold_text(other)


@pytest.mark.parametrize(
    ("one", "other"), [("高島", "高嶺"), ("incline", "line"), ("Tosco", "Tos"), ("コープ", "コ"), ("東京", "東都")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert fold_text(one) != fold_text(other)


def test_a_query_that_is_only_a_company_form_still_means_something() -> None:
    assert fold_text("株式会社") == "株式会社"


@pytest.mark.parametrize(
    ("kana", "latin"),
    [
        ("トヨタ自動車", "toyota"),
        ("キッコーマン", "kikkoman"),
        ("マッチ", "matchi"),
        ("シャープ", "shapu"),
        ("ディー・エヌ・エー", "dienue"),
        ("ファーストリテイリング", "fasutoriteiringu"),
        ("SHIFT", ""),
        ("極洋", ""),
        ("2Kソフト", "2ksofuto"),
    ],
)
def test_kana_in_latin_letters(kana: str, latin: str) -> None:
    assert romanise(spell_out(kana)) == latin


def test_the_search_text_has_codes_name_and_latin_letters_each_after_a_space() -> None:
    assert search_text("7203", "トヨタ自動車", "TOYOTA MOTOR CORPORATION") == (
        " 7203 72030 トヨタ自動車 toyota toyotamotor"
    )


@pytest.mark.parametrize(
    ("five", "stored"), [("72030", "7203"), ("130A0", "130A"), ("25935", "25935"), ("7203", "7203")]
)
def test_codes_are_stored_short_unless_the_fifth_character_means_something(five: str, stored: str) -> None:
    assert securities_code(five) == stored
    assert jquants_code(stored) == (five if len(five) == 5 else f"{five}0")


@pytest.mark.parametrize("text", ["7203", "130A", "25935", "130A0"])
def test_codes_are_recognised(text: str) -> None:
    assert is_securities_code(text)


@pytest.mark.parametrize("text", ["", "720", "A203", "13-1", "7203a", "720300", "７２０３", "7203\n"])
def test_other_texts_are_no_codes(text: str) -> None:
    assert not is_securities_code(text)
