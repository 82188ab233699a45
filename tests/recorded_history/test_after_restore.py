"""A database that is restored to an earlier point, and goes on from there: nobody takes what was lost for what is there now.

What callers hold of before the restore (positions of the feed, states, numbers of revisions, ETags) they give back right after it, and once the
numbers that were lost have been given to other changes.
"""

import json
import os
import random
import time
from pathlib import Path

import pytest

from tests.recorded_history.asking import Line, read
from tests.recorded_history.checking import check, check_at_any_moment
from tests.recorded_history.followers import Follower
from tests.recorded_history.history import Arrival, Commit, Copy, FeedPage, Offer, Read, Restore, Subscription
from tests.recorded_history.load import RESOURCES, at_work, reader, rememberer, writer
from tests.recorded_history.world import CODES, RECEIVERS, World
from tests.syncjobs.worker import wait_until

SECONDS = max(3.0, float(os.environ.get("HISTORY_SECONDS", "3")) / 4)
KINDS = (Commit, Read, FeedPage, Copy, Arrival, Restore, Offer, Subscription)
_STATED = RESOURCES[:-2]


def write_and_read(world: World, followers: list[Follower], *, until_revision: int = 0) -> None:
    """For a while, and then until all know of everything."""
    with at_work(
        writer(world, world.writers[0], withdraws=True), writer(world, world.writers[1]), reader(world, "reader 1"),
        reader(world, "reader 2"), rememberer(world, "rememberer"), *(follower.follow_until for follower in followers),
    ):  # fmt: skip
        time.sleep(SECONDS)
        wait_until(lambda: world.newest() > until_revision, world.newest, 120)
    check_at_any_moment(world.history)
    world.settle(followers)


def change_alike(world: World, name: str) -> None:
    """As the same program does that goes on from the same backup: whatever is counted comes to the same number, and what is read is another."""
    told = world.helper.ask("apply", day="2024-06-20", codes=CODES, name=name)
    world.history.note(
        Commit(
            client="helper", began=told["began"], ended=told["ended"], course=world.course, revision=told["revision"]
        )
    )
    for path in RESOURCES:
        for line in world.lines():
            read(line, world.history, name, world.course, path)


def offer(world: World, what: str, of_revision: int, path: str) -> None:
    """Give back something of before, and write down what is said to it."""
    answer = Line(random.choice(world.ports), world.key).ask("GET", path)
    error = json.loads(answer.body).get("error", {})
    world.history.note(
        Offer(
            client="caller", began=answer.began, ended=answer.ended, course=world.course, what=what, of_revision=of_revision,
            status=answer.status, code=error.get("code", ""), words=error.get("message", ""),
        )
    )  # fmt: skip


def offer_states(world: World, lost: list[Read]) -> None:
    for one in lost:
        offer(world, "state", one.revision, f"{one.resource}{'&' if '?' in one.resource else '?'}state={one.state}")
        line = Line(random.choice(world.ports), world.key)
        read(line, world.history, "who has it", world.course, one.resource, etag=one.etag)
        read(line, world.history, "who has it not", world.course, one.resource)


def restore(world: World, backup: Path, revision: int) -> None:
    """As the documentation says, while nothing is at work; hands begin anew, as every program does."""
    began = time.monotonic()
    world.helper.ask("command", words=["restore", str(backup), "--force"])
    world.course += 1
    world.history.note(
        Restore(client="operator", began=began, ended=time.monotonic(), course=world.course, revision=revision)
    )
    world.end()
    world.begin_hands()
    for path in RECEIVERS:  # they were told before the backup
        world.history.note(Subscription(client=path, began=began, ended=time.monotonic(), course=world.course))


def test_nobody_takes_what_a_restore_took_away_for_what_is_there(
    own_world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world, backup = own_world, tmp_path / "backup"
    with world.serving():
        world.begin()
        followers = [world.follower("waiting", wait=2), world.follower("in parts", rows=3, limit=2)]
        write_and_read(world, followers)
        world.helper.ask("command", words=["backup", str(backup)])
        kept = world.newest()
        change_alike(world, "失われる名前")
        write_and_read(world, followers, until_revision=kept + 3)
        newest = world.newest()
    lost = [one for one in world.history.of(Read) if one.revision > kept and not one.asked and one.resource in _STATED]
    lost = list({(one.resource, one.state): one for one in lost}.values())[-30:]
    assert lost

    restore(world, backup, kept)
    with world.serving():
        offer(world, "number of a revision", newest, f"/api/v1/companies/7201?revision={newest}")
        offer(world, "position at a number", newest, f"/api/v1/feed?after={newest}")
        offer_states(world, lost)
        for follower in followers:
            offer(world, "position of the feed", newest, f"/api/v1/feed?after={follower.position}")
            position = follower.position
            follower.course, follower.lines = world.course, world.lines()
            assert follower.read_page(follower.lines[0]) == 409
            follower.begin_anew()
        change_alike(world, "あとの名前")
        write_and_read(world, followers, until_revision=newest + 3)
        offer(world, "position of the feed", newest, f"/api/v1/feed?after={position}")
        offer_states(world, lost)
    check(world.history, capsys, KINDS)
