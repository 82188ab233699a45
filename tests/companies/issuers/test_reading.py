"""Readings lose their company form however it is filed; the first digit of a corporate number checks the others."""

import pytest

from companies.issuers.corporate_number import is_corporate_number
from companies.issuers.reading import reading_without_form


@pytest.mark.parametrize(
    ("filed", "plain"),
    [
        ("カネコシュビョウカブシキガイシャ", "カネコシュビョウ"),
        ("カブシキガイシャ　サカタノタネ", "サカタノタネ"),
        ("トウヨウボウカブシキガイシヤ", "トウヨウボウ"),
        ("スミトモキンゾクコウザンカブシキカイシャ", "スミトモキンゾクコウザン"),
        ("ニッポンゼオンカブキシガイシャ", "ニッポンゼオン"),
        ("ダイイチコウギョウセイヤクカブシガイシャ", "ダイイチコウギョウセイヤク"),
        ("カワグチカガクコウギョウカプシキガイシャ", "カワグチカガクコウギョウ"),
        ("ｶﾌﾞｼｷｶﾞｲｼｬ ﾎｰﾌﾞ", "ホーブ"),
        ("ゴウドウセイテツカブシキガイシャ", "ゴウドウセイテツ"),
        ("シンキンチュウオウキンコ", "シンキンチュウオウキンコ"),
        ("カブシキガイシャ", "カブシキガイシャ"),
        ("", None),
        ("　", None),
    ],
)
def test_a_reading_without_its_form(filed: str, plain: str | None) -> None:
    assert reading_without_form(filed) == plain


@pytest.mark.parametrize("number", ["5070001000715", "6020001008662", "1180301018771", "7000012050002"])
def test_real_numbers_are_right(number: str) -> None:
    assert is_corporate_number(number)


@pytest.mark.parametrize(
    "number", ["6070001000715", "5070001000716", "507000100071", "0000000000000", "507000100071X", "５070001000715"]
)
def test_others_are_not(number: str) -> None:
    assert not is_corporate_number(number)
