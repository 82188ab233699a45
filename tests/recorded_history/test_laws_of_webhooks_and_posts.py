"""The laws of webhooks and of requests that are sent again, on histories made by hand."""

from tests.recorded_history.made_by_hand import arrival, commit, count, found, post, subscription


def test_all_arrive_in_order_and_a_repeat_is_the_same() -> None:
    assert found(
        subscription(1), commit(0, 0.5, 1), commit(2, 3, 2), commit(2, 4, 3), arrival(3, 2), arrival(4, 2), arrival(5, 3)
    ) == []  # fmt: skip


def test_a_repeat_with_another_id() -> None:
    first, again = arrival(1, 2), arrival(2, 2, webhook_id="msg_other")
    assert found(first, again) == [
        ("a webhook is sent again with another id", first, again), ("a revision is told by two webhooks", first, again),
    ]  # fmt: skip


def test_an_id_with_another_content() -> None:
    first, again = arrival(1, 2), arrival(2, 2, digest="other")
    assert found(first, again) == [("a webhook's id has two contents", first, again)]


def test_a_revision_that_is_told_by_two_messages() -> None:
    first, again = arrival(1, 2), arrival(2, 2, webhook_id="msg_other", digest="other")
    assert found(first, again) == [("a revision is told by two webhooks", first, again)]


def test_out_of_order() -> None:
    later, earlier = arrival(1, 3), arrival(2, 2)
    assert found(later, earlier) == [("webhooks arrive out of order", later, earlier)]


def test_one_that_is_lost() -> None:
    begun, done = subscription(1), commit(2, 3, 2)
    assert found(begun, done) == [("a webhook is lost", begun, done)]
    assert found(begun, commit(2, 3, 2, is_acknowledged=False)) == []


def test_one_that_is_passed_over() -> None:
    begun, done, later = subscription(1), commit(2, 3, 2), arrival(4, 3)
    assert found(begun, done, later) == [("a webhook is passed over", done, later), ("a webhook is lost", begun, done)]
    assert found(begun, commit(0, 3, 2), later) == []
    assert found(begun, commit(2, 3, 2, is_acknowledged=False), later) == []


def test_a_repeat_of_a_post_is_told_what_the_first_was_told() -> None:
    first, other = post("a", "1"), post("a", "2")
    assert found(post("a", "1"), post("a", "1"), count("a", "1")) == []
    assert found(first, other) == [("a repeat is answered otherwise", first, other)]
    another = post("a", "1", "other")
    assert found(first, another) == [("a repeat is answered otherwise", first, another)]


def test_two_keys_that_made_one_thing() -> None:
    first, second = post("a", "1"), post("b", "1")
    assert found(first, second) == [("two keys made one thing", first, second)]


def test_what_is_done_twice_or_not_at_all() -> None:
    first, twice, never = post("a", "1"), count("a", "1", "2"), count("a")
    assert found(first, twice) == [("a request is not done once", first, twice)]
    assert found(first, never) == [("a request is not done once", first, never)]
