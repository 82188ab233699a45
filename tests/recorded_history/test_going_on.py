"""Rounds of a long run, on histories made by hand: the laws hold over their ends, and find nothing there that can have happened."""

from tests.recorded_history.going_on import going_on_from
from tests.recorded_history.history import History, Operation
from tests.recorded_history.laws import contradictions
from tests.recorded_history.laws.contradiction import Contradiction
from tests.recorded_history.made_by_hand import arrival, commit, page, read, subscription

#: All knew of everything at its end.
FIRST_ROUND = (
    subscription(1), commit(2, 2.5, 1), commit(3, 4, 2), arrival(3, 1), arrival(4, 2), read(3, 4, 1), read(5, 6, 2),
    page(4, "0", "1", 1, newest=2), page(6, "1", "2", 2), page(8, "2", "2", newest=2),
)  # fmt: skip


def found_after_it(*operations: Operation) -> list[Contradiction]:
    history = going_on_from(going_on_from(History(list(FIRST_ROUND))))
    history.operations.extend(operations)
    return contradictions(history)


def test_what_goes_on_as_it_should() -> None:
    assert contradictions(History(list(FIRST_ROUND))) == []
    assert found_after_it() == []
    assert found_after_it(
        commit(20, 21, 3), arrival(21, 3), page(20, "2", "2", newest=2), page(22, "2", "3", 3), read(22, 23, 3),
        read(24, 25, 1, asked="revision=1"),
    ) == []  # fmt: skip


def test_what_was_known_is_not_counted_again() -> None:
    history = going_on_from(History(list(FIRST_ROUND)))
    assert not history.counts()
    assert not list(history.lines())


def test_a_follower_goes_on_where_it_was() -> None:
    gap = page(22, "2", "4", 4)
    assert found_after_it(gap) == [Contradiction("the feed leaves a revision out", FIRST_ROUND[-1], gap)]
    again = page(22, "2", "3", 2, 3)
    assert found_after_it(again) == [Contradiction("the feed tells a revision twice", FIRST_ROUND[-1], again)]
    back = page(22, "1", "3", 3)
    assert found_after_it(back) == [Contradiction("a position of the feed goes back", FIRST_ROUND[-1], back)]


def test_a_follower_that_was_told_nothing_in_a_round() -> None:
    history = going_on_from(going_on_from(History(list(FIRST_ROUND))))
    history.operations.append(page(20, "2", "2", newest=2))
    history = going_on_from(history)
    history.operations.append(page(30, "2", "3", 3))
    assert contradictions(history) == []


def test_a_revision_that_comes_in_parts_at_the_end_of_a_round() -> None:
    history = History(
        [page(1, "0", "1", 1), page(3, "1", "1-9", revisions=((2, False),), newest=2), page(5, "1-9", "2", 2)]
    )
    history = going_on_from(history)
    history.operations.append(page(7, "2", "3", 3))
    assert contradictions(history) == []


def test_receivers_are_told_in_each_round() -> None:
    done = commit(20, 21, 3)
    assert [one.law for one in found_after_it(done)] == ["a webhook is lost"]
    assert [one.law for one in found_after_it(done, commit(22, 23, 4), arrival(24, 4))] == [
        "a webhook is passed over", "a webhook is lost",
    ]  # fmt: skip
    assert [one.law for one in found_after_it(arrival(20, 1))] == ["webhooks arrive out of order"]


def test_what_was_acknowledged_all_know() -> None:
    old = read(20, 21, 1, connection="another")
    assert found_after_it(old) == [Contradiction("a read is older than an acknowledged commit", FIRST_ROUND[2], old)]


def test_what_was_read_once_is_what_is_known_of_that_revision() -> None:
    other = read(20, 21, 1, asked="revision=1", digest="other")
    assert {one.law for one in found_after_it(other)} == {"an ETag has two contents", "a revision has two contents"}
