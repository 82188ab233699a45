"""The canonical form of a list, of which the ledger keeps the fingerprint: it outlives releases."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.ledger.snapshot_rows import ListReader, Rows, collect_rows, is_intact, pack_rows, unpack_rows
from companies.listed_issue import TRACKED_FIELDS, ListedIssue

#: As JPX's list tells: neither English name nor margin class, and of some not the kind of product.
ROWS = collect_rows(
    [
        ListedIssue("1301", "極洋", None, "0111", "1", "0050", "TOPIX Small 2", None, "011"),
        ListedIssue("130A", "Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ", None, "0113", "5", "3250", "-"),
    ]
)


def test_a_list_has_the_fingerprint_that_it_had_in_the_first_release() -> None:
    packed = pack_rows(ROWS)

    assert packed.canonical.decode() == (
        '[["1301","極洋",null,"0111","1","0050","TOPIX Small 2",null,"011"],'
        '["130A","Ｖｅｒｉｔａｓ　Ｉｎ　Ｓｉｌｉｃｏ",null,"0113","5","3250","-",null,null]]'
    )
    assert packed.sha256 == "996e3437154bbf0cc98f95aaaad192f1a0b0880f236b60a9bc39fd6a1d8d3e32"


def test_what_was_packed_is_read_as_it_was() -> None:
    packed = pack_rows(ROWS)

    assert unpack_rows(packed.compress()) == ROWS
    assert is_intact(packed.compress(), sha256=packed.sha256)


def test_a_list_read_beside_another_is_the_same_as_read_by_itself() -> None:
    one = {f"{number}": ("名前", None, "0111", None, None, None, None, None) for number in range(1301, 1311)}
    other = {**one, "1305": ("別の名前", *one["1301"][1:]), "130A": one["1301"]}
    del other["1310"]
    reader = ListReader()

    for rows in (one, other, one, {"7203": one["1301"]}, other):
        assert reader.read(pack_rows(rows).canonical, len(rows)) == rows


@pytest.mark.parametrize("name", ["],[", 'トヨタ],["', "],[7203", '"],["', "\\],[", "],[],["])
def test_a_name_that_looks_like_the_place_between_two_rows_is_read_as_it_is(name: str) -> None:
    plain = {code: (code, None, None, None, None, None, None, None) for code in ("1301", "7203")}
    odd = {**plain, "7203": (name, *plain["7203"][1:])}
    odder = {**plain, "1301": (name, *plain["7203"][1:]), "7203": (f"{name}x", *plain["7203"][1:])}
    reader = ListReader()

    for rows in (plain, odd, plain, odd, odder, odd, odder):
        assert reader.read(pack_rows(rows).canonical, len(rows)) == rows


@given(
    lists=st.lists(
        st.dictionaries(
            st.sampled_from(["1301", "7203", "130A", "25935"]),
            st.tuples(*(st.none() | st.text(alphabet='],["\\a7', max_size=5) for _ in TRACKED_FIELDS)),
            min_size=1,
        ),
        max_size=5,
    )
)
def test_whatever_texts_lists_have_reading_one_beside_another_makes_no_difference(lists: list[Rows]) -> None:
    reader = ListReader()

    assert [reader.read(pack_rows(rows).canonical, len(rows)) for rows in lists] == lists


def test_the_canonical_form_is_that_of_python_s_own_json_character_by_character() -> None:
    rows = {
        f"{point:06x}": (chr(point), *(None,) * (len(TRACKED_FIELDS) - 1))
        for point in (*range(0x3100), *range(0xD7F0, 0xD800), *range(0xFE00, 0x10010))
    }
    table = [[code, *rows[code]] for code in sorted(rows)]

    assert pack_rows(rows).canonical == json.dumps(table, ensure_ascii=False, separators=(",", ":")).encode()
    assert unpack_rows(pack_rows(rows).compress()) == rows
