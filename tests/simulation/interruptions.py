"""Steps that interrupt: what fails, and what is killed, while there is work in hand."""

import random
import signal
import subprocess
import time
from collections.abc import Callable

from database.connections import drop_broken_connections
from tests.fakes.receiver import Receiver
from tests.forking import start_program
from tests.simulation.asking import ask_for_sync
from tests.simulation.people import file_of, upload
from tests.simulation.programs import tell, tick
from tests.simulation.world import World

_SOURCE_FAULTS = ("500", "429", "html", "cut", "truncated")
_RECEIVER_FAULTS = ("error", "cut", "redirect", "too_many", "cut_short")


def source_fails(world: World, which: int, times: int) -> None:
    world.upstream.fail(_SOURCE_FAULTS[which % len(_SOURCE_FAULTS)], times=times + 1, path="/master")
    world.promises.spoilt += times + 1
    ask_for_sync(world, 0)


def receiver_fails(world: World, which: int, times: int) -> None:
    receiver: Receiver = world.receiver
    receiver.fail(_RECEIVER_FAULTS[which % len(_RECEIVER_FAULTS)], times=times + 1)
    world.promises.spoilt_answers += times + 1


def worker_killed(world: World, ms: int, which: int) -> None:
    _begin_work(world)
    time.sleep(ms / 1_000)
    world.programs.workers[which].kill()
    world.programs.workers[which].start()


def notifier_killed(world: World, ms: int, which: int) -> None:
    """Both of them, with a message on its way and no answer to it; one of them comes back first."""
    world.receiver.hold_answers()
    _begin_work(world)
    tell()
    time.sleep(ms / 1_000)
    killed = world.programs.notifiers[which:] + world.programs.notifiers[:which]
    for notifier in killed:
        notifier.kill()
    world.receiver.let_answer()
    world.promises.interruptions += len(killed)
    for notifier in killed:
        notifier.start()


def _begin_work(world: World) -> None:
    """A sync of today, and a correction by hand while it runs; so that whoever is killed has something in hand."""
    ask_for_sync(world, 0)
    upload(world, 2, random.Random(world.today().isoformat()).randrange(1_000), 0)
    tick()


def import_killed(world: World, back: int, salt: int, ms: int) -> None:
    path = world.directory / "import.xlsx"
    path.write_bytes(file_of(world, back, salt))
    process = start_program(
        ["manage.py", "import_listing", str(path), "--force"], world.environment(), is_leader=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    tick()
    time.sleep(ms / 1_000)
    process.send_signal(signal.SIGKILL)
    process.wait()


def database_crashes(world: World, ms: int) -> None:
    _amid_work(world, ms, world.database.crash)


def database_killed(world: World, ms: int) -> None:
    def restart() -> None:
        world.database.kill()
        world.database.start()

    _amid_work(world, ms, restart)


def cache_killed(world: World, ms: int) -> None:
    def restart() -> None:
        world.cache.kill()
        world.cache.start()

    _amid_work(world, ms, restart)


def queue_killed(world: World, ms: int) -> None:
    """While it is away somebody asks for a sync: no worker hears of that."""
    world.queue.kill()
    ask_for_sync(world, 0)
    time.sleep(ms / 1_000)
    world.queue.start()
    world.promises.interruptions += 1


def _amid_work(world: World, ms: int, interrupt: Callable[[], None]) -> None:
    ask_for_sync(world, 0)
    tick()
    time.sleep(ms / 1_000)
    interrupt()
    world.promises.interruptions += 1
    drop_broken_connections()


def web_killed(world: World) -> None:
    world.programs.web.kill()
    world.programs.web.start()
