"""The laws of the feed, and of copies kept by it, on histories made by hand."""

from tests.recorded_history.made_by_hand import commit, copy, found, page

GAP, REPEAT = "the feed leaves a revision out", "the feed tells a revision twice"
BACK = "a position of the feed goes back"


def test_page_after_page_in_parts_and_with_nothing_new() -> None:
    assert found(
        page(1, "0", "1", 1), page(3, "1", "1-9", revisions=((2, False),), newest=2),
        page(5, "1-9", "3", revisions=((2, True), (3, True)), newest=3), page(7, "3", "3", newest=3),
    ) == []  # fmt: skip


def test_a_revision_that_is_left_out_between_two_pages_or_in_one() -> None:
    first, second = page(1, "0", "2", 1, 2), page(3, "2", "4", 4)
    assert found(first, second) == [(GAP, first, second)]
    only = page(1, "0", "3", 1, 3)
    assert found(only) == [(GAP, only, only)]


def test_a_revision_that_is_told_twice() -> None:
    first, second = page(1, "0", "2", 1, 2), page(3, "2", "3", 2, 3)
    assert found(first, second) == [(REPEAT, first, second)]


def test_a_revision_of_which_the_rest_is_left_out() -> None:
    first, second = page(1, "0", "0-5", revisions=((1, False),), newest=2), page(3, "0-5", "2", 2)
    assert found(first, second) == [(GAP, first, second)]


def test_who_begins_anew_is_told_all_anew() -> None:
    assert found(page(1, "0", "1", 1), page(3, "0", "1", 1)) == []


def test_a_position_that_goes_back_or_stands_still() -> None:
    first, older = page(1, "0", "1", 1, newest=5), page(3, "1", "2", 2, newest=4)
    assert found(first, older) == [(BACK, first, older)]
    still = page(3, "1", "1", 2)
    assert found(page(1, "0", "1", 1), still) == [(BACK, page(1, "0", "1", 1), still)]


def test_a_page_knows_of_what_was_acknowledged_before_it_was_asked_for() -> None:
    done, old = commit(1, 2, 4), page(3, "3", "3", newest=3, client="other")
    assert ("a page of the feed is older than an acknowledged commit", done, old) in found(done, old)
    assert found(done, page(1.5, "0", "3", 1, 2, 3)) == []


def test_a_page_that_holds_back_what_it_knows_of() -> None:
    first, empty = page(1, "0", "1", 1), page(3, "1", "1", newest=2)
    assert found(first, empty) == [("a page of the feed holds back what there is", first, empty)]


def test_a_copy_is_what_the_ledger_says_was_known_then() -> None:
    ledger, wrong = copy(3, "a", is_of_ledger=True), copy(3, "b")
    assert found(ledger, wrong) == [("a follower's copy is not the ledger", ledger, wrong)]
    assert found(ledger, copy(3, "a"), copy(2, "b")) == []
