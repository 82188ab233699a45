"""How much may change between one list and the next before a person has to look."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from companies.errors import SnapshotRefused
from companies.ledger.change_rates import ChangePolicy, change_policy, count_changes, refuse_unusual_changes
from companies.ledger.refusal_wording import explain_refusal
from companies.ledger.snapshot_rows import Rows, collect_rows
from companies.ledger.snapshots import apply_snapshot, preview_snapshot
from companies.listed_issue import ListedIssue
from companies.models import ListingSnapshot
from tests.factories import make_codes, make_issue, make_list

MONDAY = date(2024, 1, 15)
TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
#: A thousand issues on two markets, with all that J-Quants says of them.
ISSUES = [
    replace(
        issue, company_name_english=f"Company {issue.code}", margin_code="2", product_category="011",
        market_code="0111" if position % 3 else "0112",
    )
    for position, issue in enumerate(make_list(make_codes(1_000)))
]  # fmt: skip


def change(issues: list[ListedIssue], count: int, **values: Any) -> list[ListedIssue]:
    """The list with other values for the first `count`; a name gets its code behind it."""
    return [
        replace(issue, **{f: f"{v}{issue.code}" if "name" in f else v for f, v in values.items()})
        if at < count
        else issue
        for at, issue in enumerate(issues)
    ]


def judge(
    new: list[ListedIssue], *, days: int = 1, others: Iterable[Rows] = (), policy: ChangePolicy | None = None
) -> SnapshotRefused | None:
    try:
        refuse_unusual_changes(
            collect_rows(new), day=MONDAY + timedelta(days=days), nearest=collect_rows(ISSUES), nearest_day=MONDAY,
            load_others=lambda: others, policy=policy or ChangePolicy(),
        )  # fmt: skip
    except SnapshotRefused as refusal:
        return refusal
    return None


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("renamed", {"company_name": "名"}),
        ("renamed", {"company_name_english": "Name"}),
        ("market_changed", {"market_code": "0113"}),
        ("sector_changed", {"sector17_code": "9"}),
        ("sector_changed", {"sector33_code": "3650"}),
        ("scale_changed", {"scale_category": "-"}),
        ("margin_changed", {"margin_code": "1"}),
        ("product_changed", {"product_category": "014"}),
    ],
)
def test_each_kind_of_change_is_held_from_one_above_its_rate(kind: str, values: dict[str, Any]) -> None:
    assert judge(change(ISSUES, 20, **values)) is None
    refusal = judge(change(ISSUES, 21, **values))

    assert refusal is not None
    assert (refusal.reason, refusal.can_be_forced) == ("unusual_changes", True)
    assert (refusal.details["kind"], refusal.details["count"], refusal.details["allowed"]) == (kind, 21, 20)


def test_new_issues_are_counted_too() -> None:
    assert judge([*ISSUES, *make_list(make_codes(20, first=5001))]) is None
    refusal = judge([*ISSUES, *make_list(make_codes(21, first=5001))])

    assert refusal is not None
    assert refusal.details["kind"] == "listed"


def test_the_longer_between_two_lists_the_more_may_change() -> None:
    renamed = change(ISSUES, 47, company_name="名")

    assert judge(renamed, days=91) is None
    assert judge(renamed, days=89) is not None
    assert judge(change(ISSUES, 1_000, company_name="名"), days=3_300) is None


def test_a_handful_of_changes_is_never_held_however_short_the_list() -> None:
    short = ISSUES[:6]
    rows = collect_rows(change(short, 5, company_name="名"))
    changes = count_changes(collect_rows(short), rows, rows.keys())

    assert {kind: len(codes) for kind, codes in changes.items()} == {"renamed": 5}
    assert ChangePolicy().allowed("renamed", 6, 1) == 5


def test_what_is_not_said_and_what_compares_equal_is_no_change() -> None:
    silent = [replace(issue, margin_code=None, company_name_english=None, product_category=None) for issue in ISSUES]
    wide = [replace(issue, company_name=f" {issue.company_name}　") for issue in ISSUES]

    assert judge(silent) is None
    assert judge(wide) is None


def test_all_rules_that_hold_it_are_shown_with_by_how_much() -> None:
    refusal = judge(change(ISSUES, 900, company_name="名", market_code="0113"), days=3)

    assert refusal is not None
    assert refusal.details["rules"] == [
        {"kind": "market_changed", "count": 900, "allowed": 20},
        {"kind": "renamed", "count": 900, "allowed": 20},
    ]
    words = explain_refusal(refusal)
    assert "最も近い一覧（2024-01-15、3 日違い）" in words
    assert "900 件" in words
    assert "20 件まで" in words
    assert words.count("変更") >= 2


def test_a_rate_of_its_own_is_set_by_kind() -> None:
    policy = change_policy({"usual": (0.0, 0.0), "scale_changed": (0.5, 0.0)})

    assert judge(change(ISSUES, 500, scale_category="-"), policy=policy) is None
    assert judge(change(ISSUES, 6, company_name="名"), policy=policy) is not None


def test_what_another_list_around_the_day_says_as_well_is_not_judged_again() -> None:
    reformed = change(ISSUES, 1_000, market_code="0113")

    assert judge(reformed) is not None
    assert judge(reformed, others=[collect_rows(reformed)]) is None
    assert judge(reformed, others=[collect_rows(change(ISSUES, 1_000, market_code="0106"))]) is not None


def test_a_list_that_does_not_say_a_field_is_no_witness_of_its_change() -> None:
    """A list from JPX beside it knows of no margin class: that thousands changed is as new as before."""
    loaned = change(ISSUES, 1_000, margin_code="1")
    silent = [replace(issue, margin_code=None) for issue in ISSUES]

    refusal = judge(loaned, others=[collect_rows(silent)])

    assert refusal is not None
    assert (refusal.details["kind"], refusal.details["count"]) == ("margin_changed", 1_000)


# --- On the ledger ------------------------------------------------------------------------------------------------


def shifted(issues: list[ListedIssue]) -> list[ListedIssue]:
    return [replace(issue, company_name=issues[at - 1].company_name) for at, issue in enumerate(issues)]


def mojibake(issues: list[ListedIssue]) -> list[ListedIssue]:
    return [
        replace(issue, company_name=issue.company_name.encode().decode("cp932", errors="replace")) for issue in issues
    ]


GARBAGE = [
    (shifted(ISSUES), "unusual_changes"),
    (change(ISSUES, 1_000, market_code="0111"), "unusual_changes"),
    (mojibake(ISSUES), "unusual_changes"),
    (change(ISSUES, 1_000, scale_category="-"), "unusual_changes"),
    (change(ISSUES, 1_000, company_name_english="?"), "unusual_changes"),
    (ISSUES[:955], "too_few_rows"),
    (ISSUES[15:], "too_few_rows"),
    ([*ISSUES[:955], *make_list(make_codes(45, first=5001))], "too_few_known_codes"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("garbage", "reason"), GARBAGE)
def test_plausible_garbage_is_held_the_day_after_and_nothing_is_written(
    garbage: list[ListedIssue], reason: str
) -> None:
    apply_snapshot(MONDAY, ISSUES, "jquants")

    with pytest.raises(SnapshotRefused) as refused:
        apply_snapshot(TUESDAY, garbage, "jquants")

    assert (refused.value.reason, refused.value.can_be_forced) == (reason, True)
    assert preview_snapshot(TUESDAY, garbage, "jquants").refusal is not None
    assert ListingSnapshot.objects.count() == 1
    assert apply_snapshot(TUESDAY, garbage, "jquants", force=True).total == len(garbage)


@pytest.mark.django_db
def test_garbage_is_held_as_well_where_it_comes_before_the_good_list_or_in_its_place() -> None:
    apply_snapshot(TUESDAY, ISSUES, "jquants")

    for day in (MONDAY, TUESDAY):
        with pytest.raises(SnapshotRefused) as refused:
            apply_snapshot(day, shifted(ISSUES), "jquants")
        assert refused.value.details["kind"] == "renamed"


@pytest.mark.django_db
def test_a_mass_day_is_approved_once_and_the_days_around_it_come_by_themselves() -> None:
    reformed = change(ISSUES, 1_000, market_code="0113")
    apply_snapshot(MONDAY - timedelta(days=10), ISSUES, "jpx")
    with pytest.raises(SnapshotRefused):
        apply_snapshot(WEDNESDAY, reformed, "jpx")
    apply_snapshot(WEDNESDAY, reformed, "jpx", force=True)

    apply_snapshot(MONDAY, ISSUES, "jpx")
    apply_snapshot(TUESDAY, reformed, "jpx")
    apply_snapshot(WEDNESDAY + timedelta(days=1), reformed, "jpx")

    assert ListingSnapshot.objects.count() == 5


@pytest.mark.django_db
def test_a_correction_back_to_what_the_neighbours_say_is_not_held() -> None:
    apply_snapshot(MONDAY, ISSUES, "jquants")
    apply_snapshot(TUESDAY, shifted(ISSUES), "jquants", force=True)

    apply_snapshot(TUESDAY, ISSUES, "jquants")

    assert ListingSnapshot.objects.holding().count() == 2


@pytest.mark.django_db
def test_an_ordinary_day_is_not_held() -> None:
    apply_snapshot(MONDAY, ISSUES, "jquants")
    ordinary = change(ISSUES, 10, company_name="名", scale_category="-")[3:]

    result = apply_snapshot(TUESDAY, [*ordinary, make_issue("9999")], "jquants")

    assert (result.new, result.updated, result.deactivated) == (1, 7, 3)
