"""How far a run is said to be."""

import pytest

from syncjobs.progress_share import is_measurable, percent_of


@pytest.mark.parametrize(
    ("phase", "done", "total", "percent"),
    [
        ("waiting", 0, 0, 0),
        ("fetching", 0, 4400, 0),
        ("fetching", 2200, 4400, 45),
        # Fetched is not finished: what is left is writing it.
        ("fetching", 4400, 4400, 90),
        ("fetching", 5000, 4400, 90),
        ("fetching", 1000, 0, 0),
        ("applying", 4400, 4400, 95),
        ("days", 10, 20, 49),
        ("days", 20, 20, 99),
        ("quotes", 50, 100, 49),
    ],
)
def test_a_run_that_goes_on_is_never_at_its_end(phase: str, done: int, total: int, percent: int) -> None:
    assert percent_of(phase, done, total) == percent


@pytest.mark.parametrize(
    ("phase", "total", "is_known"),
    [("fetching", 4400, True), ("fetching", 0, False), ("applying", 4400, False), ("days", 20, True)],
)
def test_a_bar_says_how_far_only_where_that_is_known(phase: str, total: int, is_known: bool) -> None:
    assert is_measurable(phase, total) is is_known
