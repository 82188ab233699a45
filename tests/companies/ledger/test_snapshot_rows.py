"""The canonical form of a list, of which the ledger keeps the fingerprint: it outlives releases."""

from companies.ledger.snapshot_rows import collect_rows, is_intact, pack_rows, unpack_rows
from companies.listed_issue import ListedIssue

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
