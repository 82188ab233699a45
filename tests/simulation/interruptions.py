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
from tests.simulation.meeting import is_on_its_way
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


def worker_killed(world: World, ms: int, which: int, how: int) -> None:
    """One of them, wherever it is (0); or both, while the source owes one an answer (1): then somebody had work for certain."""
    if how:
        world.upstream.hold_answers()
    _begin_work(world)
    if how:
        is_on_its_way(world, world.upstream)
    time.sleep(ms / 1_000)
    killed = world.programs.workers if how else [world.programs.workers[which]]
    for worker in killed:
        worker.kill()
    world.upstream.let_answer()
    for worker in killed:
        worker.begin()
    for worker in killed:
        worker.wait_until_ready()


def notifier_killed(world: World, ms: int, which: int, how: int) -> None:
    """Both of them, and the one that is named comes back first: wherever they are (0), with a message that was read and not answered (1),
    or with one that nobody has read yet and nobody will (2).
    """
    world.receiver.hold_answers()
    world.receiver.is_deaf = how == 2
    _begin_work(world)
    tell()
    if how:
        is_on_its_way(world, world.receiver)
    time.sleep(ms / 1_000)
    killed = world.programs.notifiers[which:] + world.programs.notifiers[:which]
    for notifier in killed:
        notifier.kill()
    world.receiver.let_answer()
    world.receiver.is_deaf = False
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
