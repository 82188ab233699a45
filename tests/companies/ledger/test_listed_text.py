"""What text a row may hold, by one rule for every source."""

import pytest

from companies.codes import is_securities_code
from companies.errors import SnapshotRefused
from companies.ledger.listed_text import LONGEST, find_fault, is_garbled, show_text
from companies.ledger.refusal_wording import explain_refusal, explain_text_fault
from companies.ledger.snapshots import apply_snapshot
from companies.models import ListingSnapshot
from masters.models import Market, Sector17, Sector33
from tests.conftest import FEBRUARY, MARCH
from tests.factories import make_issue


@pytest.mark.parametrize(
    ("character", "problem"),
    [
        ("\0", "control"), ("\x01", "control"), ("\t", "control"), ("\x1b", "control"), ("\x7f", "control"),
        ("\n", "line_break"), ("\r", "line_break"), ("\v", "line_break"), ("\x85", "line_break"),
        ("\u2028", "line_break"), ("\u2029", "line_break"),
        ("\u202a", "direction"), ("\u202e", "direction"), ("\u2066", "direction"), ("\u2069", "direction"),
        ("\ud800", "not_text"), ("\ufdd0", "not_text"), ("\uffff", "not_text"),
        ("\U0010ffff", "not_text"),
    ],
)  # fmt: skip
def test_what_cannot_be_stored_or_seen_is_a_fault_of_its_field(character: str, problem: str) -> None:
    fault = find_fault(make_issue(company_name=f"極{character}洋"))

    assert fault is not None
    assert (fault.field, fault.problem, fault.character) == ("company_name", problem, f"U+{ord(character):04X}")
    assert character not in fault.value
    assert f"U+{ord(character):04X}" in explain_text_fault(fault.details(), place="2 行目", field="銘柄名")


def test_all_that_unicode_calls_controls_surrogates_and_noncharacters_is_one() -> None:
    noncharacters = [*range(0xFDD0, 0xFDF0), *(plane + last for plane in range(0, 0x110000, 0x10000) for last in (0xFFFE, 0xFFFF))]  # fmt: skip
    surrogates = range(0xD800, 0xE000)
    controls = [*range(0x20), 0x7F, 0x85]  # the others of the second row are what a conversion lost

    for code in (*controls, *surrogates, *noncharacters):
        fault = find_fault(make_issue(company_name=f"極{chr(code)}洋"))
        assert fault is not None, hex(code)
        assert fault.character == f"U+{code:04X}"


@pytest.mark.parametrize(
    "name",
    [
        "極洋", "ｉＦｒｅｅＥＴＦ　ＴＯＰＩＸ（年１回決算型）", "Ｊ－ＭＡＸ", "S&P 500 (¥)", "髙島屋", "𠮷野家",
        # Invisible letters inside a name, and marks of direction that override nothing: they compare equal.
        "見本\u200b水産\ufeff", "極洋\U000e0100", "A\u200eB\u200f", "é", "e\u0301",
    ],
)  # fmt: skip
def test_names_that_can_be_stored_and_seen_are_none(name: str) -> None:
    assert find_fault(make_issue(company_name=name, company_name_english=name)) is None


@pytest.mark.parametrize(
    "name", ["\u200b", "\u3000\u200d", "\ufeff", "\u3164", "\u2800", "\u115f\u1160", "\U000e0100", "\u0301", "\xad"]
)
def test_a_name_of_which_nothing_is_seen_is_a_fault(name: str) -> None:
    fault = find_fault(make_issue(company_name=name))

    assert fault is not None
    assert fault.problem == "invisible"
    english = find_fault(make_issue(company_name_english=name))
    assert english is not None
    assert english.field == "company_name_english"


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("company_name", "長" * 201, "too_long"),
        ("company_name_english", "A" * 201, "too_long"),
        ("sector33_name", "業" * 101, "too_long"),
        ("market_name", "場" * 101, "too_long"),
        ("scale_category", "-" * 51, "too_long"),
        ("market_code", "111", "form"),
        ("market_code", "０１１１", "form"),
        ("market_code", "0111.0", "form"),
        ("sector33_code", "50", "form"),
        ("sector17_code", "100", "form"),
        ("sector17_code", "食品", "form"),
        ("margin_code", "貸借", "form"),
        ("product_category", "14", "form"),
        ("code", "130O", "form"),
        ("code", "01301", "form"),
        ("company_name", "#N/A", "spreadsheet_error"),
        ("scale_category", "#REF!", "spreadsheet_error"),
    ],
)
def test_what_does_not_fit_or_has_another_form_is_a_fault(field: str, value: str, problem: str) -> None:
    issue = make_issue(**{"code": "1301", field: value})

    fault = find_fault(issue)

    assert fault is not None
    assert (fault.field, fault.problem) == (field, problem)


@pytest.mark.parametrize("field", sorted(LONGEST))
def test_a_text_of_just_the_greatest_length_is_no_fault(field: str) -> None:
    assert find_fault(make_issue(**{field: "長" * LONGEST[field]})) is None


def test_codes_never_seen_before_are_no_fault() -> None:
    assert find_fault(make_issue(market_code="0199", sector33_code="7777", sector17_code="18", margin_code="9")) is None


@pytest.mark.parametrize("name", sorted(LONGEST.keys() - {"company_name", "company_name_english", "scale_category"}))
def test_names_of_masters_are_bounded_by_their_columns(name: str) -> None:
    model = {"market_name": Market, "sector17_name": Sector17, "sector33_name": Sector33}[name]

    assert LONGEST[name] == model._meta.get_field("name").max_length


@pytest.mark.parametrize(
    "text", ["130O", "130I", "13OA", "1B00", "1E10", "130V", "130Z", "130Q", "A301", "13A1", "0130", "07203", "1301A"]
)
def test_codes_that_the_exchange_never_gives_are_none(text: str) -> None:
    assert not is_securities_code(text)


@pytest.mark.parametrize(
    "text",
    ["見本\ufffd水産", "\ue000", "\uf8ff", "極\x80洋", "極\x84", "極\x86", "極\x9f", "\U000f0000", "\U000ffffd", "\U00100000", "\U0010fffd"],
)  # fmt: skip
def test_what_a_conversion_lost_is_seen(text: str) -> None:
    assert is_garbled(make_issue(company_name=text))
    assert is_garbled(make_issue(market_name=text))
    assert find_fault(make_issue(company_name=text)) is None


def test_text_is_shown_with_what_cannot_be_seen_written_out() -> None:
    assert show_text("極\0洋\ufffd\ud800", 4) == "極〈U+0000〉洋〈U+FFFD〉…"


@pytest.mark.django_db
def test_the_ledger_refuses_it_whatever_the_way_in_and_even_by_force() -> None:
    issues = [make_issue("1301"), make_issue("7203", company_name="トヨタ\0"), make_issue("130O")]

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(FEBRUARY, issues, "jquants", force=True)

    assert (refused.value.reason, refused.value.can_be_forced) == ("unusable_text", False)
    assert refused.value.details["count"] == 2
    assert explain_refusal(refused.value) == (
        "2 件目（コード 7203）「銘柄名」: 制御文字 U+0000 が含まれています（「トヨタ〈U+0000〉」）。取り除いてください。"
        "（ほか 1 件）"
    )
    assert not ListingSnapshot.objects.exists()


@pytest.mark.django_db
def test_garbled_text_is_held_once_and_not_again_while_it_stays_as_it_is() -> None:
    issues = [make_issue("1301"), make_issue("7203", company_name="トヨ\ufffd")]

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(FEBRUARY, issues, "jpx")
    assert (refused.value.reason, refused.value.can_be_forced) == ("garbled_text", True)
    assert "最初は 7203「トヨ〈U+FFFD〉」" in explain_refusal(refused.value)
    apply_snapshot(FEBRUARY, issues, "jpx", force=True)

    apply_snapshot(MARCH, issues, "jpx")

    assert ListingSnapshot.objects.count() == 2
