"""A plan: what happens in a simulation, step by step. One seed, one plan, whatever the machine does meanwhile."""

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: At which minute of a business day something is due, or turns: the revision, the list of tomorrow, midnight.
MORNING, EVENING, MIDNIGHT = (8, 16), (17, 46), (0, 0)
_LINE = re.compile(r"(\w+)((?: \d+)*)")


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, with whole numbers that say how; `tests.simulation.steps` does it."""

    name: str
    numbers: tuple[int, ...] = ()

    def __str__(self) -> str:
        return " ".join((self.name, *map(str, self.numbers)))


def read_step(text: str) -> Step:
    """A step as it is printed. Raises `ValueError`."""
    found = _LINE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    return Step(found[1], tuple(map(int, found[2].split())))


Draw = Callable[[random.Random], tuple[int, ...]]


def _until(most: int) -> Callable[[random.Random], int]:
    return lambda chance: chance.randrange(most)


def _numbers(*each: Callable[[random.Random], int]) -> Draw:
    return lambda chance: tuple(one(chance) for one in each)


_ms, _salt, _back, _any = _until(900), _until(1_000), _until(6), _until(100)
#: Name, how often beside the others, and what its numbers are.
_STEPS: Sequence[tuple[str, int, Draw]] = (
    ("wait", 4, _numbers(_until(90))),
    ("upload", 4, _numbers(_back, _salt, _until(3))),
    ("crowd", 4, _numbers(_back, _salt)),
    ("import_killed", 3, _numbers(_back, _salt, _ms)),
    ("worker_killed", 5, _numbers(_ms, _until(2), _until(2))),
    ("notifier_killed", 3, _numbers(_ms, _until(2), _until(3))),
    ("withdraw", 3, _numbers(_any)),
    ("rebuild", 1, _numbers()),
    ("issuers", 2, _numbers(_back, _salt)),
    ("source_fails", 3, _numbers(_any, _until(3))),
    ("receiver_fails", 2, _numbers(_any, _until(3))),
    ("ask_for_sync", 3, _numbers(_back)),
    ("review", 3, _numbers(_until(3))),
    ("limit", 1, _numbers(_until(12))),
    ("follow", 3, _numbers(_any, _until(4))),
    ("database_crashes", 1, _numbers(_ms)),
    ("database_killed", 1, _numbers(_ms)),
    ("cache_killed", 1, _numbers(_ms)),
    ("queue_killed", 1, _numbers(_ms)),
    ("web_killed", 1, _numbers()),
)


def make_plan(seed: int, count: int) -> list[Step]:
    """The first steps of the plan of a seed; a longer one begins with all of a shorter one."""
    chance, plan, day = random.Random(f"plan {seed}"), list[Step](), 0
    names, weights = [name for name, _, _ in _STEPS], [weight for _, weight, _ in _STEPS]
    draws = {name: draw for name, _, draw in _STEPS}
    while len(plan) < count:
        for hour, minute in (MORNING, EVENING, MIDNIGHT):
            plan.append(Step("clock", (hour, minute)))
            for name in chance.choices(names, weights, k=chance.randrange(3)):
                plan.append(Step(name, draws[name](chance)))
        day += 1
        if day % 5 == 0:
            plan.append(Step("weekend"))
    return plan[:count]
