"""Two servers of two processes each answer, and tell others, while the ledger, keys and limits change; what everybody saw is checked.

`HISTORY_SECONDS` of load (2 where nothing is said, and as long as it takes until enough was seen; `make history SECONDS=3600` for an hour), in rounds: each is
checked when all know of everything, and knows of those before it what its laws need.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.receiver import Receiver
from tests.recorded_history.checking import check, check_at_any_moment
from tests.recorded_history.history import (
    Arrival,
    Commit,
    Copy,
    Count,
    FeedPage,
    History,
    Operation,
    Post,
    Read,
    Request,
)
from tests.recorded_history.laws import AT_ANY_MOMENT, contradictions
from tests.recorded_history.load import at_work, limited, maker, reader, rememberer, writer
from tests.recorded_history.world import World
from tests.server import database_url

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SECONDS = float(os.environ.get("HISTORY_SECONDS", "2"))
_ROUND_SECONDS = 20.0
_PATIENCE_SECONDS = 240
KINDS: tuple[type[Operation], ...] = (Commit, Read, Request, FeedPage, Copy, Arrival, Post, Count)
#: A busy machine takes longer, or a fault would pass because nobody looked.
_FEWEST = {Commit: 20, Read: 150, Request: 400, FeedPage: 20, Post: 6}


def _wait_for_enough(world: World, seconds: float, failures: list[BaseException]) -> None:
    """So many seconds, and until enough was seen; at once where two things that were seen contradict, which the check tells afterwards."""
    history, end = world.history, time.monotonic() + seconds
    while not failures and (time.monotonic() < end or not _is_enough(history)):
        assert time.monotonic() < end + _PATIENCE_SECONDS, history.counts()
        time.sleep(0.5)
        world.hear()
        if contradictions(history, AT_ANY_MOMENT):
            break


def _is_enough(history: History) -> bool:
    counts = history.counts()
    return all(counts[kind.__name__] >= fewest for kind, fewest in _FEWEST.items())


@pytest.fixture
def world(transactional_db: None, tmp_path: Path) -> Iterator[World]:
    with Receiver() as receiver:
        world = World(tmp_path, {**os.environ, "DATABASE_URL": database_url()}, receiver)
        with world.serving():
            world.begin()
            yield world
        world.end()


def test_what_everybody_saw_under_load_can_have_happened(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    followers = [world.follower("waiting", wait=2), world.follower("in parts", rows=3, limit=2)]
    end = time.monotonic() + SECONDS
    while (rest := end - time.monotonic()) > 0:
        with at_work(
            writer(world, world.writers[0], withdraws=True), writer(world, world.writers[1]),
            *(reader(world, f"reader {number}") for number in range(4)), rememberer(world, "rememberer"),
            maker(world, "maker"), limited(world, "limited"), *(follower.follow_until for follower in followers),
        ) as failures:  # fmt: skip
            _wait_for_enough(world, min(rest, _ROUND_SECONDS), failures)
        check_at_any_moment(world.history)
        world.settle(followers)
        check(world.history, capsys, KINDS)
        world.begin_round(followers)
