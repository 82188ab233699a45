"""Steps of people: what they bring in, take back and decide. What is answered is kept as a promise; refusals that are right are none."""

import contextlib
import threading
from collections.abc import Callable

from django.db import connection
from django.db.models import Q

from companies.choices import RevisionKind
from companies.errors import SnapshotRefused
from companies.issuers.issuer_lists import apply_issuer_list
from companies.known.reading import newest_revision
from companies.ledger.history_proof import rebuild_history
from companies.ledger.withdrawals import withdraw_entry
from companies.models import LedgerRevision, ListingSnapshot
from datasources.file_providers import FileList
from syncjobs.approval import approve_run
from syncjobs.errors import FiguresDiffer, RunNotApprovable, RunNotCancellable, SyncAlreadyRunning
from syncjobs.list_files import import_list, read_list_file
from syncjobs.models import SyncRun
from syncjobs.runs import cancel_run
from syncjobs.uploads import apply_upload, preview_upload, receive_upload
from tests.laws.issuer_reference import DatedFilers
from tests.simulation.asking import COMPANIES, ask, ask_for_sync
from tests.simulation.meeting import all_notifiers_have_looked, all_workers_have_looked
from tests.simulation.programs import tick
from tests.simulation.world import Violated, World


def upload(world: World, back: int, salt: int, mode: int) -> None:
    """0: as usual; 1: half a list, refused; 2: half a list, forced after the preview."""
    content = file_of(world, back, salt, is_doubtful=mode > 0)
    upload = receive_upload(file_name="list.xlsx", content=content, uploaded_by=world.person)
    try:
        preview_upload(upload)
        imported = apply_upload(upload, force=mode == 2, applied_by="simulation", reason="simulation")
    except SnapshotRefused:
        return
    world.promises.entries.add(imported.result.snapshot_id)
    promise_revision(world, revision_of(imported.result.snapshot_id))


def file_of(world: World, back: int, salt: int, *, is_doubtful: bool = False) -> bytes:
    day = world.market.business_day(world.today(), back)
    content = world.market.file_of(day, salt, is_doubtful=is_doubtful)
    world.allow("jpx", day, [(issue.code, issue.company_name) for issue in read_list_file(content).issues])
    return content


def promise_revision(world: World, revision: int) -> None:
    """It was reported: whoever asks from now on is told of it. Not of what others have committed meanwhile and not reported yet."""
    world.promises.revision = max(world.promises.revision, revision)
    status, _, headers = ask(world, COMPANIES)
    if status == 200 and int(headers["x-ledger-revision"]) < revision:
        raise Violated(f"no answer is older than what was reported: {headers['x-ledger-revision']}, after {revision}")


def revision_of(entry: int, *, is_withdrawal: bool = False) -> int:
    """The revision by which an entry came, or was taken back."""
    withdrawn = Q(kind=RevisionKind.WITHDRAWN)
    rows = LedgerRevision.objects.filter(withdrawn if is_withdrawal else ~withdrawn, entry_id=entry)
    return int(rows.values_list("number", flat=True).get())


def withdraw(world: World, which: int) -> None:
    standing = list(ListingSnapshot.objects.standing().order_by("pk").values_list("pk", flat=True))
    if len(standing) > 1:
        _take_back(world, standing[which % len(standing)])


def _take_back(world: World, entry: int) -> None:
    withdraw_entry(entry, reason="simulation", withdrawn_by="simulation")
    world.promises.withdrawn.add(entry)
    promise_revision(world, revision_of(entry, is_withdrawal=True))


def rebuild(world: World) -> None:
    rebuild_history()
    promise_revision(world, newest_revision())


def bring_in_issuers(world: World, back: int, salt: int) -> None:
    day = world.market.business_day(world.today(), back)
    filers = world.market.filers_of(day, salt)
    apply_issuer_list(day, filers, force=True)
    world.promises.filers.append(DatedFilers(day, tuple(filers)))
    promise_revision(world, newest_revision())


def review(world: World, verdict: int) -> None:
    """0: reject what waits for a person; otherwise approve it as it is."""
    for run in SyncRun.objects.filter(status="needs_review").order_by("started_at"):
        with contextlib.suppress(RunNotCancellable, RunNotApprovable, SyncAlreadyRunning, FiguresDiffer):
            if verdict == 0:
                cancel_run(run, cancelled_by="simulation")
            else:
                counts = (run.review or {}).get("event_counts") or {}
                approve_run(run, approved_by="simulation", reason="simulation", confirmed=counts)


def crowd(world: World, back: int, salt: int) -> None:
    """Three uploads of one day, two people who take back the same, one who derives all anew; and both workers, all at once."""
    standing = list(ListingSnapshot.objects.standing().order_by("pk").values_list("pk", flat=True))
    files = [(back, salt), (back, salt), (back + 1, salt + 1)]
    listings = [read_list_file(file_of(world, *one)) for one in files]
    work: list[Callable[[], None]] = [lambda one=one: _import(world, one) for one in listings]  # type: ignore[misc]
    work.append(lambda: ask_for_sync(world, back))
    if len(standing) > 3:
        work += [lambda: _take_back(world, standing[-1])] * 2
    for service in (world.receiver, world.upstream):
        service.hold_answers()
    tick()
    _together(work)
    # Both workers have a message of the same run, and both who tell others look while one is on its way: no reason to do it twice.
    all_workers_have_looked(world)
    world.upstream.let_answer()
    all_notifiers_have_looked(world)
    world.receiver.let_answer()


def _import(world: World, listing: FileList) -> None:
    with contextlib.suppress(SnapshotRefused):
        entry = import_list(listing).result.snapshot_id
        world.promises.entries.add(entry)
        promise_revision(world, revision_of(entry))


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
