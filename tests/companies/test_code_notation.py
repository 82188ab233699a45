"""Securities codes as people and vendors write them."""

import pytest

from companies.code_notation import find_code, set_codes_apart


@pytest.mark.parametrize(
    "text",
    [
        "7203", "72030", " 7203 ", "７２０３", "7203\u200b", "$7203", "7203.T", "7203.t", "７２０３．Ｔ", "7203-T", "7203/T", "7203ーT",
        "7203.TYO", "7203.TSE", "7203:JP", "7203-JP", "7203-TKS", "7203.XTKS", "7203 JT", "7203 JP", "7203　ＪＴ", "7203 jt",
        "7203 JT Equity", "7203  JP  EQUITY", "TYO:7203", "tyo:7203", "ＴＹＯ：７２０３", "TSE:7203", "TSE: 7203", "TSE 7203", "JP:7203",
        "XTKS:7203", "JPX:7203", "T:7203", "TYO:72030", "72030.T", "東証:7203", "東証 7203",
    ],
)  # fmt: skip
def test_notations_of_a_code_are_read(text: str) -> None:
    assert find_code(text) == "7203"


@pytest.mark.parametrize(
    ("text", "code"),
    [("130a.t", "130A"), ("TYO: 130A", "130A"), ("130A0", "130A"), ("25935", "25935"), ("25935.T", "25935")],
)
def test_letters_and_further_classes_of_share_are_kept(text: str, code: str) -> None:
    assert find_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", "T", "TYO:", "7203.N", "NYSE:7203", "7203 US", "7203.T.T", "720", "720300", "7203T", "abcd", "A203.T", "7203,6758", "¥7203"],
)  # fmt: skip
def test_other_texts_and_other_exchanges_are_no_codes(text: str) -> None:
    assert find_code(text) is None


def test_a_code_in_brackets_is_a_word_of_its_own() -> None:
    assert set_codes_apart("トヨタ自動車<7203>").split() == ["トヨタ自動車", "72030"]
    assert set_codes_apart("トヨタ自動車(7203.T)").split() == ["トヨタ自動車", "72030"]
    assert set_codes_apart("(株)極洋") == "(株)極洋"
