"""Letters that people take for one: pure functions, and the tables they are taken from."""

import re
import sys
import unicodedata
from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.ledger.history import comparable_name
from companies.letters import plain_letters
from companies.search.folding import fold_text

# Of the codecs that Python has, those for the positions of JIS X 0201 and 0208.
_SHIFT_JIS = ("cp932", "shift_jis", "shift_jis_2004", "shift_jisx0213")
_EUC = ("euc_jp", "euc_jis_2004", "euc_jisx0213")
_ISO_2022 = ("iso2022_jp", "iso2022_jp_2", "iso2022_jp_2004", "iso2022_jp_3", "iso2022_jp_ext")
_DOUBLE_BYTE = re.compile(rb"\x1b\$(?:[B@]|\([OQ])(..)\x1b\(B", re.S)
_OVERLINED = re.compile(rb"\x1b\(J(.)\x1b\(B", re.S)


def position_of(letter: str, codec: str) -> tuple[int, ...] | None:
    """The row and cell of JIS X 0208, or the single byte, that a codec writes for a letter."""
    try:
        written = letter.encode(codec)
    except UnicodeEncodeError:
        return None
    if codec in _ISO_2022:
        found = _DOUBLE_BYTE.fullmatch(written)
        if found is None:
            found = _OVERLINED.fullmatch(written)
            written = found[1] if found else written
            return (written[0],) if len(written) == 1 else None
        return found[1][0] - 0x20, found[1][1] - 0x20
    if len(written) == 1:
        return (written[0],)
    lead, trail = written[-2:]
    if codec in _EUC:
        return (lead - 0xA0, trail - 0xA0) if len(written) == 2 and lead >= 0xA1 else None
    row = (lead - (0x81 if lead < 0xA0 else 0xC1)) * 2 + 1
    return (row, trail - 0x3F - (trail > 0x7F)) if trail < 0x9F else (row + 1, trail - 0x9E)


def letters_by_position() -> dict[tuple[int, ...], set[str]]:
    """What the tables write at the same place: rows 1 to 8 and 16 to 84 of JIS X 0208, which all of them share."""
    letters = defaultdict(set)
    for code in (*range(0x20, 0xD800), *range(0xE000, 0x10000)):
        for codec in (*_SHIFT_JIS, *_EUC, *_ISO_2022):
            position = position_of(chr(code), codec)
            if position and (len(position) == 1 or position[0] <= 8 or 16 <= position[0] <= 84):
                letters[position].add(chr(code))
    return {position: found for position, found in letters.items() if len(found) > 1}


def test_letters_that_differ_only_by_conversion_table_are_one() -> None:
    by_position = letters_by_position()

    assert {(1, 33), (1, 34), (1, 61), (1, 81), (1, 82), (2, 44), (0x5C,), (0x7E,)} <= by_position.keys()
    assert by_position[(1, 33)] == {"〜", "～"}
    differing = {
        position: found for position, found in by_position.items() if len({comparable_name(one) for one in found}) > 1
    }
    assert differing == {}


@pytest.mark.parametrize("letters", ["―—", "∥‖", "－−-", "～〜~", "￠¢", "￡£", "￢¬", "￤¦", "￥¥\\", "￣‾¯", "・･"])
def test_so_are_those_of_tables_that_python_has_not(letters: str) -> None:
    assert len({comparable_name(f"ア{letter}イ") for letter in letters}) == 1
    assert len({fold_text(f"ア{letter}イ") for letter in letters}) == 1


def test_letters_without_a_shape_are_dropped() -> None:
    formats = [chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"]
    others = [*"\u034f\u115f\u1160\u17b4\u180b\u180f\u2065\u3164\ufe00\ufe0f\uffa0\ufff8", "\U000e0100", "\U000e01ef", "\U000e0fff"]  # fmt: skip

    kept = [letter for letter in [*formats, *others] if comparable_name(f"極{letter}洋") != "極洋"]

    assert len(formats) > 150
    assert kept == []
    assert fold_text("極\u200b洋\U000e0100") == "極洋"


def test_letters_with_a_shape_stay() -> None:
    assert comparable_name("あア亜Aａ1") == "あア亜Aa1"
    assert comparable_name("a") != comparable_name("A")
    assert comparable_name("カ") != comparable_name("ヵ")
    assert comparable_name("髙島屋") != comparable_name("高島屋")
    assert comparable_name("カ\u3099") == comparable_name("カ゛") == "ガ"


def test_a_letter_that_unicode_makes_of_another_is_taken_as_if_it_had_come_so() -> None:
    assert comparable_name("ア⁻イ") == comparable_name("ア₋イ") == comparable_name("ア−イ") == "ア-イ"


def test_every_radical_is_the_ideograph_it_is_the_shape_of() -> None:
    radicals = [chr(code) for code in range(0x2E80, 0x2FD6) if unicodedata.name(chr(code), "")]

    others = {radical for radical in radicals if not 0x3400 <= ord(plain_letters(radical)) <= 0x2FFFF}

    assert len(radicals) == 329
    assert others == {"⺀"}
    assert plain_letters("⻑⺠⼀⽇⻄⻘⿓⻯⻲") == "長民一日西青龍竜亀"
    assert plain_letters("㇐") == "一"


def test_compatibility_ideographs_are_the_unified_ones() -> None:
    assert comparable_name("神\ufe00田") == comparable_name("\ufa19田") == "神田"
    assert comparable_name("\U0002f804") == "你"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_twice_is_the_same_as_once(text: str) -> None:
    assert plain_letters(plain_letters(text)) == plain_letters(text)
    assert comparable_name(comparable_name(text)) == comparable_name(text)
