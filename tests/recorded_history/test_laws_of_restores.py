"""The laws of restores to an earlier point, on histories made by hand; and what all laws have in common."""

import subprocess
import sys

import pytest

from tests.forking import PROJECT
from tests.recorded_history.history import Operation
from tests.recorded_history.laws.restores import REFUSALS
from tests.recorded_history.made_by_hand import found, offer, page, restore

BELIEVED = "what a restore took away is believed"


def test_another_epoch_is_told_after_a_restore_and_never_without() -> None:
    before, after = page(1, "0", "1", 1), page(9, "0", "1", 1, course=1, epoch="f")
    assert found(before, restore(5, 0), after) == []
    same = page(9, "0", "1", 1, course=1)
    assert found(before, restore(5, 0), same) == [("a restore is not told by another epoch", before, same)]
    other = page(9, "1", "2", 2, epoch="f")
    assert found(before, other) == [("an epoch ends without a restore", before, other)]


@pytest.mark.parametrize("what", REFUSALS)
def test_what_was_lost_is_refused_with_its_code_and_words(what: str) -> None:
    done, (status, code) = restore(5, 3), REFUSALS[what]
    assert found(done, offer(what, 4, status, code)) == []
    wrong: list[Operation] = [
        offer(what, 4, 200, ""),
        offer(what, 4, status, "VALIDATION_ERROR"),
        offer(what, 4, status, code, ""),
    ]
    for one in wrong:
        assert found(done, one) == [(BELIEVED, done, one)]


def test_what_was_not_lost_may_go_on() -> None:
    assert found(restore(5, 3), offer("position of the feed", 3, 200, "")) == []


def test_the_checker_knows_nothing_of_the_product() -> None:
    words = "import sys, tests.recorded_history.laws; sys.exit(any(name in sys.modules for name in ('django', 'api', 'companies')))"
    assert subprocess.run([sys.executable, "-c", words], cwd=PROJECT, check=False).returncode == 0
