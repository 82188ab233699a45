"""What happened to watched companies since the person last looked."""

from datetime import date

import pytest

from companies.ledger.snapshots import apply_snapshot
from subscriptions.watched_changes import load_watched_changes
from subscriptions.watching import make_watch_list
from tests.factories import make_issue
from tests.subscriptions.watched import LISTS, apply_april, sign_in, take_back_april, told

pytestmark = pytest.mark.usefixtures("two_lists")


def test_what_happened_before_a_company_is_watched_is_no_news() -> None:
    _, user = sign_in()
    make_watch_list(user, "小売", ["7203", "1301"])

    assert told(user) == []


def test_what_happens_to_watched_companies_is_told_until_it_is_confirmed() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "7203", "1301", "9984"])

    apply_april()

    assert told(user) == [
        ("1301", "銘柄名変更", "極洋ホールディングス", "極洋マリン", False), ("7201", "上場廃止", "", "", False), ("9984", "再上場", "", "", False)
    ]  # fmt: skip
    page = client.get("/admin/").content.decode()
    assert "小売の変化" in page
    assert "極洋ホールディングス → 極洋マリン" in page
    [of_list] = load_watched_changes(user)

    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(of_list.up_to)})

    assert told(user) == []
    assert "から変化はありません。" in client.get("/admin/").content.decode()


def test_what_came_after_the_page_was_shown_is_not_confirmed_with_it() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])
    [before] = load_watched_changes(user)
    apply_april()

    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(before.up_to)})

    assert [code for code, *_ in told(user)] == ["1301", "7201"]


@pytest.mark.parametrize("up_to", ["", "x", "-1", "9" * 30, "１"])
def test_a_position_that_is_none_is_refused(up_to: str) -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201"])

    assert client.post(f"{LISTS}{made.pk}/seen/", {"up_to": up_to}).status_code == 404


def test_nobody_confirms_what_is_still_to_come() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])

    apply_april()
    client.post(f"{LISTS}{made.pk}/seen/", {"up_to": "999999"})
    assert told(user) == []
    take_back_april()

    assert [(code, is_gone) for code, *_, is_gone in told(user)] == [("1301", True), ("7201", True)]


def test_what_was_confirmed_stays_so() -> None:
    client, user = sign_in()
    made = make_watch_list(user, "小売", ["7201", "1301"])
    before = made.seen_revision
    apply_april()
    [of_list] = load_watched_changes(user)
    for up_to in (of_list.up_to, before):
        client.post(f"{LISTS}{made.pk}/seen/", {"up_to": str(up_to)})

    assert told(user) == []


def test_an_event_that_is_taken_back_is_told_too() -> None:
    _, user = sign_in()
    apply_april()
    make_watch_list(user, "小売", ["7201"])

    take_back_april()

    assert told(user) == [("7201", "上場廃止", "", "", True)]


def test_a_list_of_a_past_day_that_comes_later_is_news() -> None:
    _, user = sign_in()
    make_watch_list(user, "小売", ["1301"])
    between = make_issue("1301", company_name="極洋（仮）", sector17_code="1", sector33_code="0050", scale_category="-")

    apply_snapshot(date(2024, 3, 15), [between], "jpx", force=True)

    assert ("1301", "銘柄名変更", "極洋", "極洋（仮）", False) in told(user)
    assert ("1301", "銘柄名変更", "極洋", "極洋ホールディングス", True) in told(user)
