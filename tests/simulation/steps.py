"""What each step of a plan does to the world."""

import time
from collections.abc import Callable

from api.keys import create_api_key
from companies.ledger.coming_into_force import find_pending_day
from database.connections import drop_broken_connections
from tests.simulation import interruptions, people
from tests.simulation.asking import COMPANIES, ask, ask_for_sync
from tests.simulation.plan import MIDNIGHT, Step
from tests.simulation.world import Violated, World


def do(world: World, step: Step) -> None:
    """The step, and then all that follows of itself."""
    world.safely(lambda: None)
    drop_broken_connections()
    _DO[step.name](world, *step.numbers)
    drop_broken_connections()
    world.settle()


def _move_clock(world: World, hour: int, minute: int) -> None:
    if (hour, minute) != MIDNIGHT:
        world.move_to(hour, minute)
        return
    # What is kept of yesterday is told to nobody, and who asks first has the day turn, whatever the schedule does.
    for _ in range(2):
        ask(world, COMPANIES)
    world.move_to(hour, minute)
    deadline = time.monotonic() + _PAUSE_OF_FRONT_SECONDS
    while (pending := find_pending_day()) is not None and pending <= world.today():
        if time.monotonic() > deadline:
            raise Violated(f"midnight turns for who asks first: the list of {pending} is not in force")
        ask(world, COMPANIES)


#: Without Redis the front asks nobody for some seconds.
_PAUSE_OF_FRONT_SECONDS = 10


def _wait(world: World, minutes: int) -> None:
    world.move(minutes * 60)


def _weekend(world: World) -> None:
    world.move(2 * 86_400)


def _limit(world: World, most: int) -> None:
    key = create_api_key(name=f"limit {time.monotonic()}", scopes=["read"], rate_limit_per_hour=most + 1)[1]
    statuses = [ask(world, "/api/v1/companies/markets", key=key)[0] for _ in range(most + 4)]
    if statuses != [200] * (most + 1) + [429] * 3:
        raise Violated(f"limits are exact: {most + 1} an hour gave {statuses}")


def _follow(world: World, rows: int, deaths: int) -> None:
    for _ in range(deaths):
        world.replica.die(rows=rows + 1)
        world.replica.take(rows=rows + 1, limit=2)


_DO: dict[str, Callable[..., None]] = {
    "clock": _move_clock,
    "wait": _wait,
    "weekend": _weekend,
    "upload": people.upload,
    "withdraw": people.withdraw,
    "rebuild": people.rebuild,
    "issuers": people.bring_in_issuers,
    "review": people.review,
    "crowd": people.crowd,
    "ask_for_sync": ask_for_sync,
    "limit": _limit,
    "follow": _follow,
    "source_fails": interruptions.source_fails,
    "receiver_fails": interruptions.receiver_fails,
    "worker_killed": interruptions.worker_killed,
    "notifier_killed": interruptions.notifier_killed,
    "import_killed": interruptions.import_killed,
    "database_crashes": interruptions.database_crashes,
    "database_killed": interruptions.database_killed,
    "cache_killed": interruptions.cache_killed,
    "queue_killed": interruptions.queue_killed,
    "web_killed": interruptions.web_killed,
}
