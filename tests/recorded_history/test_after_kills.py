"""Whoever is killed, and whatever is restarted below a product at work: what everybody saw can have happened.

Limits have no part in it: they are counted in Redis, which is restarted empty, and what a process had taken and not used when it was killed
stays counted. A third of `HISTORY_SECONDS` of load (3 at least), so that every pipeline can have it, in rounds as under load: each ends when
everything has been done once, the first time in the order given, then in any.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Sequence
from datetime import date

import psutil
import pytest

from tests.recorded_history.checking import check, check_at_any_moment
from tests.recorded_history.hand import HandFailed
from tests.recorded_history.history import Arrival, Commit, Copy, Count, FeedPage, Post, Read
from tests.recorded_history.laws import AT_ANY_MOMENT, contradictions
from tests.recorded_history.load import Work, at_work, maker, reader, rememberer, writer
from tests.recorded_history.own_machine import OwnMachine
from tests.recorded_history.world import CODES, World
from tests.syncjobs.worker import wait_until

SECONDS = max(3.0, float(os.environ.get("HISTORY_SECONDS", "3")) / 3)
_ROUND_SECONDS = 20.0
_PATIENCE_SECONDS = 240
KINDS = (Commit, Read, FeedPage, Copy, Arrival, Post, Count)


def kill_a_web_process(world: World) -> None:
    """Not the one that looks after the others, which starts another."""
    server = random.choice(world.servers)
    victim = random.choice(server.process.children())
    victim.kill()
    wait_until(
        lambda: victim.pid not in [one.pid for one in server.process.children() if one.status() != psutil.STATUS_ZOMBIE]
    )


def kill_a_writer_that_has_committed(world: World) -> None:
    """Before it publishes anything."""
    hand = world.hand("victim")
    with pytest.raises(HandFailed, match="died"):
        hand.ask(
            "apply",
            day=date(2024, 6, 10).isoformat(),
            codes=CODES,
            name=f"誰も知らない {time.monotonic()}",
            dies_after_commit=True,
        )
    hand.end()


def kill_the_notifier(world: World) -> None:
    """With a message on its way, where there is one within a second."""
    world.receiver.hold_answers()
    before = len(world.receiver.received)
    deadline = time.monotonic() + 3
    while len(world.receiver.received) == before and time.monotonic() < deadline:
        time.sleep(0.01)
    world.notifier.kill()
    world.receiver.let_answer()
    world.notifier.start()
    world.helper.ask("forget_the_dead")


def one_after_the_other(
    deeds: Sequence[Callable[[], object]], pause_seconds: float, done: list[Callable[[], object]]
) -> Work:
    """Each after a pause."""

    def do(end: threading.Event) -> None:
        for deed in deeds:
            if end.wait(pause_seconds):
                break
            deed()
            done.append(deed)

    return do


def wait_until_all_is_done(
    world: World, deeds: Sequence[object], done: Sequence[object], failures: Sequence[object], seconds: float
) -> None:
    """And a little longer; or until something contradicts already: then nobody has to be killed any more."""
    deadline = time.monotonic() + seconds + _PATIENCE_SECONDS
    while not failures and len(done) < len(deeds):
        assert time.monotonic() < deadline, len(done)
        time.sleep(0.5)
        world.hear()
        if contradictions(world.history, AT_ANY_MOMENT):
            return
    time.sleep(seconds / (len(deeds) + 1))


def test_whoever_is_killed_what_everybody_saw_can_have_happened(
    own_world: World, migrated_machine: OwnMachine, capsys: pytest.CaptureFixture[str]
) -> None:
    world = own_world
    deeds: list[Callable[[], object]] = [
        lambda: kill_the_notifier(world), lambda: kill_a_web_process(world), lambda: kill_a_writer_that_has_committed(world),
        migrated_machine.restart_redis, migrated_machine.restart_database,
    ]  # fmt: skip
    with world.serving():
        world.begin()
        followers = [world.follower("waiting", wait=2), world.follower("in parts", rows=3, limit=2)]
        end = time.monotonic() + SECONDS
        while (rest := end - time.monotonic()) > 0:
            seconds, done = min(rest, _ROUND_SECONDS), list[Callable[[], object]]()
            with at_work(
                writer(world, world.writers[0], withdraws=True), writer(world, world.writers[1]),
                one_after_the_other(deeds, seconds / (len(deeds) + 1), done),
                *(reader(world, f"reader {number}") for number in range(2)), rememberer(world, "rememberer"),
                maker(world, "maker"), *(follower.follow_until for follower in followers),
            ) as failures:  # fmt: skip
                wait_until_all_is_done(world, deeds, done, failures, seconds)
            check_at_any_moment(world.history)
            world.settle(followers)
            check(world.history, capsys, KINDS)
            world.begin_round(followers)
            random.shuffle(deeds)
