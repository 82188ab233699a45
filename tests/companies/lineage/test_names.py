"""How alike two names are, and addresses in many spellings."""

import pytest

from companies.issuers.lineage.addresses import city, street_address
from companies.issuers.lineage.names import Likeness, best_match, spell


def likeness(before: list[str], after: list[str]) -> tuple[Likeness, str] | None:
    match = best_match(
        [one for name in before if (one := spell(name))], [one for name in after if (one := spell(name))]
    )
    return (match.likeness, match.shared) if match else None


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["東山銀行"], ["東山フィナンシャルグループ"], (Likeness.SAME, "東山")),
        (["南浜銀行", "ミナミハマギンコウ"], ["みなみはまホールディングス"], (Likeness.SAME, "ミナミハマ")),
        (["西丘製作所"], ["西丘ＡＢＣ"], (Likeness.BEGINNING, "西丘")),
        (["北岳銀行"], ["東山北岳フィナンシャルグループ"], (Likeness.PART, "北岳")),
        (["丸大精機", "Maru Tool Works Co.,Ltd."], ["サンヨＭＴＷ"], (Likeness.INITIALS, "mtw")),
        (["アーバンライフ"], ["アーバンライク"], (Likeness.START, "アーバンライ")),
        (["テクノガラス"], ["サンヨテクノホールディングス"], (Likeness.PIECE, "テクノ")),
        (["東山銀行"], ["ブルーゾーンホールディングス"], None),
    ],
)
def test_words_that_any_name_may_carry_are_left_out(
    before: list[str], after: list[str], expected: tuple[Likeness, str] | None
) -> None:
    assert likeness(before, after) == expected


def test_the_surest_of_name_reading_and_english_name_counts() -> None:
    assert likeness(["二田", "フタタ"], ["ＦＵＴＡＴＡ", "フタタホールディングス"]) == (Likeness.SAME, "フタタ")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("港区芝浦二丁目５番１号", "港区芝浦２－５－１"), ("千代田区三番町８番地１", "千代田区三番町８－１　三番町ビル"),
        ("紫波郡矢巾町大字広宮沢第３地割４２６番地", "紫波郡矢巾町広宮沢第３－４２６"), ("大分市東大道十二丁目５番", "大分市東大道１２－５"),
    ],
)  # fmt: skip
def test_one_building_is_told_in_many_ways(one: str, other: str) -> None:
    assert street_address(one) == street_address(other) != ""


def test_a_town_without_a_number_is_no_address() -> None:
    assert (street_address("千代田区"), city("福岡市中央区天神１－１"), city("四日市市西新地七番八号")) == (
        "",
        "福岡市中央区",
        "四日市市",
    )
