"""The laws of limits on histories made by hand."""

from tests.recorded_history.made_by_hand import found, request

MORE, BELOW = "more requests than the limit are allowed", "a request is refused below the limit"


def test_as_many_as_the_limit_pass_and_then_none() -> None:
    assert found(request(1, 2, is_allowed=True), request(1, 2, is_allowed=True), request(3, 4, is_allowed=False)) == []


def test_one_more_than_the_limit_within_a_window_is_named_with_the_first() -> None:
    first, third = request(1, 2, is_allowed=True), request(4, 5, is_allowed=True)
    assert found(first, request(2, 3, is_allowed=True), third) == [(MORE, first, third)]


def test_one_more_passes_where_the_first_may_be_forgotten() -> None:
    # From 1 to 11.5 it is longer than the window of 10.
    assert (
        found(request(1, 2, is_allowed=True), request(2, 3, is_allowed=True), request(10, 11.5, is_allowed=True)) == []
    )


def test_a_window_may_begin_with_any_request() -> None:
    early = request(0, 1, is_allowed=True)
    first, last = request(6, 7, is_allowed=True), request(15, 15.5, is_allowed=True)
    assert found(early, first, request(14, 15, is_allowed=True), last) == [(MORE, first, last)]


def test_a_refusal_below_the_limit_is_named_with_the_last_that_counted() -> None:
    only, refused = request(1, 2, is_allowed=True), request(3, 4, is_allowed=False)
    assert found(only, refused) == [(BELOW, only, refused)]


def test_a_refusal_may_come_of_requests_that_are_still_at_work() -> None:
    assert (
        found(request(1, 2, is_allowed=True), request(2.5, 9, is_allowed=True), request(3, 4, is_allowed=False)) == []
    )


def test_a_refusal_may_come_of_requests_of_which_nobody_knows_whether_they_counted() -> None:
    assert found(request(1, 2, is_allowed=True), request(2, 3, is_allowed=None), request(3, 4, is_allowed=False)) == []


def test_what_is_forgotten_refuses_nobody() -> None:
    second, refused = request(1, 2, is_allowed=True), request(12.5, 13, is_allowed=False)
    assert found(request(0, 1, is_allowed=True), second, refused) == [(BELOW, second, refused)]
