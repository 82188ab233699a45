"""When something is tried again."""

import pytest

from subscriptions.deliveries.retry_times import seconds_until_retry


def test_it_is_tried_ten_times_over_three_days() -> None:
    pauses = [seconds_until_retry(failures, draw=lambda: 0.0) for failures in range(1, 11)]

    assert pauses == [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, None]
    assert 72 < sum(filter(None, pauses)) / 3_600 < 84


def test_those_that_failed_together_do_not_come_back_together() -> None:
    assert seconds_until_retry(2, draw=lambda: 1.0) == pytest.approx(330)
    assert len({seconds_until_retry(2) for _ in range(20)}) > 10


@pytest.mark.parametrize(
    ("failures", "asked", "seconds"),
    [(1, 60, 60), (1, 1, 5), (1, 10**9, 86_400), (3, 60, 1_800), (1, None, 5), (10, 60, None)],
)
def test_a_receiver_gets_more_time_and_never_less(failures: int, asked: float | None, seconds: float | None) -> None:
    assert seconds_until_retry(failures, asked, draw=lambda: 0.0) == seconds
