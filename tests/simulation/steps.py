"""What each step of a plan does to the world. What the world answers is kept as a promise; refusals that are right are none."""

import contextlib
import json
import random
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import Any

from celery import current_app
from django.db import connection

from api.keys import create_api_key
from companies.errors import SnapshotRefused
from companies.issuers.issuer_lists import apply_issuer_list
from companies.known.reading import newest_revision
from companies.ledger.coming_into_force import find_pending_day
from companies.ledger.history_proof import rebuild_history
from companies.ledger.withdrawals import withdraw_entry
from companies.models import ListingSnapshot
from database.connections import drop_broken_connections
from datasources.file_providers import FileList
from syncjobs.approval import approve_run
from syncjobs.errors import FiguresDiffer, RunNotApprovable, RunNotCancellable, SyncAlreadyRunning
from syncjobs.list_files import import_list, read_list_file
from syncjobs.models import SyncRun
from syncjobs.runs import EXECUTE_TASK, cancel_run
from syncjobs.uploads import apply_upload, preview_upload, receive_upload
from tests.fakes.receiver import Receiver
from tests.forking import start_program
from tests.laws.issuer_reference import DatedFilers
from tests.simulation.plan import MIDNIGHT, Step
from tests.simulation.programs import AWAY, WORK, tell, tick
from tests.simulation.world import Violated, World

_SOURCE_FAULTS = ("500", "429", "html", "cut", "truncated")
_RECEIVER_FAULTS = ("error", "cut", "redirect", "too_many", "cut_short")


def do(world: World, step: Step) -> None:
    """The step, and then all that follows of itself."""
    world.safely(lambda: None)
    drop_broken_connections()
    _DO[step.name](world, *step.numbers)
    drop_broken_connections()
    world.settle()


# --- Time -----------------------------------------------------------------------------------------------------------
def _clock(world: World, hour: int, minute: int) -> None:
    if (hour, minute) != MIDNIGHT:
        world.move_to(hour, minute)
        return
    # What is kept of yesterday is told to nobody, and who asks first has the day turn, whatever the schedule does.
    for _ in range(2):
        ask(world, _COMPANIES)
    world.move_to(hour, minute)
    deadline = time.monotonic() + _PAUSE_OF_FRONT_SECONDS
    while (pending := find_pending_day()) is not None and pending <= world.today():
        if time.monotonic() > deadline:
            raise Violated(f"midnight turns for who asks first: the list of {pending} is not in force")
        ask(world, _COMPANIES)


#: Without Redis the front asks nobody for some seconds.
_PAUSE_OF_FRONT_SECONDS = 10
_COMPANIES = "/api/v1/companies?limit=1000"


def _wait(world: World, minutes: int) -> None:
    world.move(minutes * 60)


def _weekend(world: World) -> None:
    world.move(2 * 86_400)


# --- People ---------------------------------------------------------------------------------------------------------
def _upload(world: World, back: int, salt: int, mode: int) -> None:
    """0: as usual; 1: half a list, refused; 2: half a list, forced after the preview."""
    content = _file(world, back, salt, is_doubtful=mode > 0)
    upload = receive_upload(file_name="list.xlsx", content=content, uploaded_by=world.person)
    try:
        preview_upload(upload)
        imported = apply_upload(upload, force=mode == 2, applied_by="simulation", reason="simulation")
    except SnapshotRefused:
        return
    world.promises.entries.add(imported.result.snapshot_id)
    _promise_revision(world)


def _file(world: World, back: int, salt: int, *, is_doubtful: bool = False) -> bytes:
    day = world.market.business_day(world.today(), back)
    content = world.market.file_of(day, salt, is_doubtful=is_doubtful)
    world.allow("jpx", day, [(issue.code, issue.company_name) for issue in read_list_file(content).issues])
    return content


def _promise_revision(world: World) -> None:
    """It was reported: whoever asks from now on is told of it."""
    revision = newest_revision()
    world.promises.revision = max(world.promises.revision, revision)
    status, _, headers = ask(world, _COMPANIES)
    if status == 200 and int(headers["x-ledger-revision"]) < revision:
        raise Violated(f"no answer is older than what was reported: {headers['x-ledger-revision']}, after {revision}")


def _withdraw(world: World, which: int) -> None:
    standing = list(ListingSnapshot.objects.standing().order_by("pk").values_list("pk", flat=True))
    if len(standing) > 1:
        _take_back(world, standing[which % len(standing)])


def _take_back(world: World, entry: int) -> None:
    withdraw_entry(entry, reason="simulation", withdrawn_by="simulation")
    world.promises.withdrawn.add(entry)
    _promise_revision(world)


def _rebuild(world: World) -> None:
    rebuild_history()
    _promise_revision(world)


def _issuers(world: World, back: int, salt: int) -> None:
    day = world.market.business_day(world.today(), back)
    filers = world.market.filers_of(day, salt)
    apply_issuer_list(day, filers, force=True)
    world.promises.filers.append(DatedFilers(day, tuple(filers)))
    _promise_revision(world)


def _review(world: World, verdict: int) -> None:
    """0: reject what waits for a person; otherwise approve it as it is."""
    for run in SyncRun.objects.filter(status="needs_review").order_by("started_at"):
        with contextlib.suppress(RunNotCancellable, RunNotApprovable, SyncAlreadyRunning, FiguresDiffer):
            if verdict == 0:
                cancel_run(run, cancelled_by="simulation")
            else:
                counts = (run.review or {}).get("event_counts") or {}
                approve_run(run, approved_by="simulation", reason="simulation", confirmed=counts)


def _crowd(world: World, back: int, salt: int) -> None:
    """Three uploads of one day, two people who take back the same, one who derives all anew; and both workers, all at once."""
    standing = list(ListingSnapshot.objects.standing().order_by("pk").values_list("pk", flat=True))
    files = [(back, salt), (back, salt), (back + 1, salt + 1)]
    listings = [read_list_file(_file(world, *one)) for one in files]
    work: list[Callable[[], None]] = [lambda one=one: _import(world, one) for one in listings]  # type: ignore[misc]
    work.append(lambda: _ask_for_sync(world, back))
    if len(standing) > 3:
        work += [lambda: _take_back(world, standing[-1])] * 2
    world.receiver.hold_answers()
    tick()
    _together(work)
    # Both who tell others look while a message is on its way: that is no reason to send it twice.
    tell()
    time.sleep(_ON_ITS_WAY_SECONDS)
    world.receiver.let_answer()


_ON_ITS_WAY_SECONDS = 0.7


def _import(world: World, listing: FileList) -> None:
    with contextlib.suppress(SnapshotRefused):
        world.promises.entries.add(import_list(listing).result.snapshot_id)
        _promise_revision(world)


def _together(work: list[Callable[[], None]]) -> None:
    failed: list[BaseException] = []
    at_once = threading.Barrier(len(work))

    def run(one: Callable[[], None]) -> None:
        try:
            connection.ensure_connection()
            at_once.wait()
            one()
        except BaseException as error:  # noqa: BLE001 told below
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


# --- Callers --------------------------------------------------------------------------------------------------------
def ask(world: World, path: str, *, key: str = "", body: Any = None) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers of an answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{world.programs.web.port}{path}", None if body is None else json.dumps(body).encode(),
        {"X-API-Key": key or world.key, "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer), _lower(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), _lower(error.headers)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _ask_for_sync(world: World, back: int) -> None:
    day = world.market.business_day(world.today(), back)
    status, answer, _ = ask(world, "/api/v1/companies/sync", body={"date": day.isoformat()})
    if status not in (201, 409):
        raise Violated(f"a sync starts or is told which one runs: {status} {answer}")
    if status == 201:
        world.promises.runs.add(answer["sync_id"])
        # A queue may deliver a message more than once.
        with contextlib.suppress(*AWAY):
            current_app.send_task(EXECUTE_TASK, args=[answer["sync_id"]], queue=WORK, retry=False)


def _limit(world: World, most: int) -> None:
    key = create_api_key(name=f"limit {time.monotonic()}", scopes=["read"], rate_limit_per_hour=most + 1)[1]
    statuses = [ask(world, "/api/v1/companies/markets", key=key)[0] for _ in range(most + 4)]
    if statuses != [200] * (most + 1) + [429] * 3:
        raise Violated(f"limits are exact: {most + 1} an hour gave {statuses}")


def _follow(world: World, rows: int, deaths: int) -> None:
    for _ in range(deaths):
        world.replica.die(rows=rows + 1)
        world.replica.take(rows=rows + 1, limit=2)


# --- Faults ---------------------------------------------------------------------------------------------------------
def _source_fails(world: World, which: int, times: int) -> None:
    world.upstream.fail(_SOURCE_FAULTS[which % len(_SOURCE_FAULTS)], times=times + 1, path="/master")
    world.promises.spoilt += times + 1
    _ask_for_sync(world, 0)


def _receiver_fails(world: World, which: int, times: int) -> None:
    receiver: Receiver = world.receiver
    receiver.fail(_RECEIVER_FAULTS[which % len(_RECEIVER_FAULTS)], times=times + 1)
    world.promises.interruptions += times + 1


def _worker_killed(world: World, ms: int, which: int) -> None:
    _begin_work(world)
    time.sleep(ms / 1_000)
    world.programs.workers[which].kill()
    world.programs.workers[which].start()


def _notifier_killed(world: World, ms: int, which: int) -> None:
    """With a message on its way, and no answer to it. 0: both of them."""
    world.receiver.hold_answers()
    _begin_work(world)
    tell()
    time.sleep(ms / 1_000)
    killed = world.programs.notifiers[which:]
    for notifier in killed:
        notifier.kill()
    world.receiver.let_answer()
    world.promises.interruptions += len(killed)
    for notifier in killed:
        notifier.start()


def _begin_work(world: World) -> None:
    """A sync of today, and a correction by hand while it runs; so that whoever is killed has something in hand."""
    _ask_for_sync(world, 0)
    _upload(world, 2, random.Random(world.today().isoformat()).randrange(1_000), 0)
    tick()


def _import_killed(world: World, back: int, salt: int, ms: int) -> None:
    path = world.directory / "import.xlsx"
    path.write_bytes(_file(world, back, salt))
    process = start_program(
        ["manage.py", "import_listing", str(path), "--force"], world.environment(), is_leader=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    tick()
    time.sleep(ms / 1_000)
    process.send_signal(signal.SIGKILL)
    process.wait()


def _database_crashes(world: World, ms: int) -> None:
    _amid_work(world, ms, world.database.crash)


def _database_killed(world: World, ms: int) -> None:
    def restart() -> None:
        world.database.kill()
        world.database.start()

    _amid_work(world, ms, restart)


def _cache_killed(world: World, ms: int) -> None:
    def restart() -> None:
        world.cache.kill()
        world.cache.start()

    _amid_work(world, ms, restart)


def _queue_killed(world: World, ms: int) -> None:
    """While it is away somebody asks for a sync: no worker hears of that."""
    world.queue.kill()
    _ask_for_sync(world, 0)
    time.sleep(ms / 1_000)
    world.queue.start()
    world.promises.interruptions += 1


def _amid_work(world: World, ms: int, interrupt: Callable[[], None]) -> None:
    _ask_for_sync(world, 0)
    tick()
    time.sleep(ms / 1_000)
    interrupt()
    world.promises.interruptions += 1
    drop_broken_connections()


def _web_killed(world: World) -> None:
    world.programs.web.kill()
    world.programs.web.start()


_DO: dict[str, Callable[..., None]] = {
    "clock": _clock, "wait": _wait, "weekend": _weekend, "upload": _upload, "withdraw": _withdraw, "rebuild": _rebuild,
    "issuers": _issuers, "review": _review, "crowd": _crowd, "ask_for_sync": _ask_for_sync, "limit": _limit, "follow": _follow,
    "source_fails": _source_fails, "receiver_fails": _receiver_fails, "worker_killed": _worker_killed,
    "notifier_killed": _notifier_killed, "import_killed": _import_killed, "database_crashes": _database_crashes,
    "database_killed": _database_killed, "cache_killed": _cache_killed, "queue_killed": _queue_killed, "web_killed": _web_killed,
}  # fmt: skip
