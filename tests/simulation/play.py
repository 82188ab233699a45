"""Plays plans: one of a seed, one that is given, or one seed after the other for so many minutes. What fails is shrunk and printed."""

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.simulation.started import CACHE, DATABASE, DIRECTORY, KEPT, QUEUE, stopping

# isort: split
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from companies.known.reading import newest_revision
from local.termination import exit_when_terminated
from tests.simulation.laws import check, check_end
from tests.simulation.plan import Step, make_plan, read_step
from tests.simulation.shrink import shrink
from tests.simulation.steps import do
from tests.simulation.world import Violated, World

_STEPS = 120


def main(arguments: Sequence[str]) -> int:
    """0 where all laws held after each step of each plan."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument("--steps", type=int, default=0, help=f"steps of a plan; {_STEPS} where no minutes are given")
    parser.add_argument("--minutes", type=float, default=0.0, help="one seed after the other for so long")
    parser.add_argument("--plan", type=Path, help="a file with the steps to play, one a line")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--verbose", action="store_true", help="tell each step as it begins")
    options = parser.parse_args(arguments)
    exit_when_terminated()
    _say(f"SEED={options.seed}")
    with stopping:
        return _play_all(options)


def _play_all(options: argparse.Namespace) -> int:
    if not DATABASE.is_migrated:
        call_command("migrate", verbosity=0, interactive=False)
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's backend
        DATABASE.keep_as_template(KEPT)
    world, began = World(DIRECTORY, DATABASE, QUEUE, CACHE), time.monotonic()
    seed, ends_at = options.seed, began + options.minutes * 60
    while True:
        plan = make_plan(seed, options.steps or _STEPS)
        if options.plan:
            plan = [read_step(line) for line in options.plan.read_text().splitlines() if line.strip()]
        may_go_on = (lambda: time.monotonic() < ends_at) if options.minutes else (lambda: True)
        failure = play(world, seed, plan, may_go_on, is_told=options.verbose)
        if failure is not None:
            _tell(world, seed, plan, failure, is_shrunk=not options.no_shrink)
            return 1
        seed += 1
        if time.monotonic() >= ends_at or options.plan:
            return 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


class Failure(Exception):
    """A law that did not hold: after which step of the plan, counted from 1."""

    def __init__(self, number: int, step: Step, wrong: str) -> None:
        super().__init__(f"step {number} ({step}): {wrong}")
        self.number, self.law = number, wrong.partition(":")[0]


def play(
    world: World,
    seed: int,
    plan: Sequence[Step],
    may_go_on: Callable[[], bool] = lambda: True,
    *,
    is_told: bool = False,
) -> Failure | None:
    """All of it, or as much as there is time for. What went wrong, if anything did."""
    began, number = time.monotonic(), 0
    with world.begun(seed, len(plan)):
        for number, step in enumerate(plan, start=1):
            if not may_go_on():
                break
            if is_told:
                _say(f"{time.monotonic() - began:6.1f} s  {timezone.localtime():%m-%d %H:%M}  {number} {step}")
            try:
                do(world, step)
                check(world)
            except Violated as wrong:
                return Failure(number, step, str(wrong))
            except Exception as error:  # noqa: BLE001 what nobody expected is a finding, too
                return Failure(number, step, f"{type(error).__name__}: {error}")
        try:
            check_end(world)
        except Violated as wrong:
            return Failure(number, plan[number - 1], str(wrong))
        seconds, day, revision = time.monotonic() - began, world.today(), newest_revision()
    _say(f"seed {seed}: {number} steps to {day}, {revision} revisions, all laws held, {seconds:.0f} s")
    return None


def _tell(world: World, seed: int, plan: list[Step], failure: Failure, *, is_shrunk: bool) -> None:
    _say(f"FAILED seed {seed}, {failure}")
    kept = plan[: failure.number]
    if is_shrunk:
        ends_at = time.monotonic() + 600

        def fails(some: list[Step]) -> bool:
            again = play(world, seed, some)
            return again is not None and again.law == failure.law

        kept = shrink(kept, fails, lambda: time.monotonic() < ends_at)
    _say(f"    # {failure.law}")
    _say(f"    ({seed}, {' / '.join(map(str, kept))!r}),")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
