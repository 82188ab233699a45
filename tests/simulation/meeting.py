"""Points at which two programs of a simulation meet, by means that the world has: who answers late, and what waits in a queue."""

import time
from collections.abc import Callable

from tests.fakes.server import FakeService
from tests.simulation.programs import TELLING, WORK, tell
from tests.simulation.world import World

#: As long as anybody waits for another; where nobody comes a step goes on without.
_MOST_SECONDS = 5.0
#: More than twice as often as who tells others looks for what is due.
_LOOKS_SECONDS = 0.5


def is_on_its_way(world: World, service: FakeService) -> bool:
    """Wait until somebody waits for an answer that is held back, or all is done without. Whether somebody does."""
    _wait(lambda: service.held > 0 or not world.safely(world.unrest))
    return service.held > 0


def all_workers_have_looked(world: World) -> bool:
    """Wait until one owes its work to the source, which holds its answer, and others have taken all messages that were there."""
    return is_on_its_way(world, world.upstream) and _wait(lambda: not world.queue.length(WORK))


def all_notifiers_have_looked(world: World) -> bool:
    """Wait until one has a message on its way, whose answer is held, and the others have looked what there is to send."""
    if not is_on_its_way(world, world.receiver):
        return False
    tell()
    is_taken = _wait(lambda: not world.queue.length(TELLING))
    time.sleep(_LOOKS_SECONDS)
    return is_taken


def _wait(is_so: Callable[[], bool]) -> bool:
    ends_at = time.monotonic() + _MOST_SECONDS
    while not is_so():
        if time.monotonic() > ends_at:
            return False
        time.sleep(0.03)
    return True
