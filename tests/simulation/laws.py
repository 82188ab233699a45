"""What holds after every step, whoever was killed: each law by its name, and why it does not hold where it does not."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django_redis import get_redis_connection

from api.generations import GENERATIONS_KEY, Generations, read_generations
from companies.issuers.filer import TOLD_FIELDS
from companies.known.reading import newest_revision
from companies.ledger.history_proof import verify_history
from companies.ledger.snapshot_rows import unpack_rows
from companies.listed_issue import TRACKED_FIELDS, ListedIssue
from companies.models import Company, CompanyIssuer, LedgerRevision, ListingSnapshot, SnapshotWithdrawal
from database.connections import one_snapshot
from subscriptions.deliveries.models import Delivery
from subscriptions.models import Subscription
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from tests.laws import reference
from tests.laws import test_ledger_laws as clerk
from tests.laws.issuer_reference import who_stood_behind
from tests.laws.reference import DatedList
from tests.laws.test_feed_laws import stored_versions
from tests.laws.test_telling_laws import ledger_events
from tests.simulation.replicas import content_of, first_arrivals, told_events
from tests.simulation.steps import ask
from tests.simulation.world import Violated, World

_MOST_LOOKS, _MOST_LISTS = 20, 60
_PUBLISHED_WITHIN_SECONDS = 3.0


def check(world: World) -> None:
    """Raises `Violated` with the law's name first."""
    # Before the database is looked at: whoever asked had claimed a run by then.
    world.asked = len(world.upstream.calls("/equities/master"))
    with one_snapshot():
        for name, law in _OF_ONE_MOMENT.items():
            _hold(name, lambda law=law: law(world))  # type: ignore[misc]
    _hold("verify_history is clean", _proof_is_clean)
    for name, law in _ACROSS.items():
        _hold(name, lambda law=law: _of_one_revision(lambda: law(world)))  # type: ignore[misc]


def check_end(world: World) -> None:
    """What takes too long to be looked at after each step: who stood behind some codes, day by day."""
    _hold("the clerk agrees on issuers", lambda: _clerk_agrees_on_issuers(world))


def _hold(name: str, law: Callable[[], None]) -> None:
    try:
        law()
    except AssertionError as wrong:
        raise Violated(f"{name}: {str(wrong)[:1500]}") from wrong


def _of_one_revision(law: Callable[[], None]) -> None:
    """Two parties are compared: where the ledger went on meanwhile, once more."""
    for _ in range(_MOST_LOOKS):
        before = newest_revision()
        try:
            law()
        except AssertionError:
            if newest_revision() == before:
                raise
        else:
            return
    raise AssertionError("the ledger never rests")


# --- Of the database alone ------------------------------------------------------------------------------------------
def _entries() -> list[ListingSnapshot]:
    return list(ListingSnapshot.objects.order_by("pk"))


def _lists_of(entries: list[ListingSnapshot]) -> list[DatedList]:
    return [
        DatedList(
            one.date_in_force, one.source,
            tuple(ListedIssue(code=code, **dict(zip(TRACKED_FIELDS, state, strict=True))) for code, state in unpack_rows(one.rows).items()),  # type: ignore[arg-type]
        )
        for one in entries
    ]  # fmt: skip


def _clerk_agrees(world: World) -> None:
    withdrawn = set(SnapshotWithdrawal.objects.values_list("entry_id", flat=True))
    lists = _lists_of([one for one in _entries() if one.pk not in withdrawn])
    known = reference.universes(lists)
    assert clerk.stored_versions() == reference.versions(known), "versions differ"
    assert clerk.stored_events() == reference.events(known), "events differ"
    stored, expected = clerk.stored_companies(), reference.companies(known, world.today())
    # Names of issuers are searched, too; `verify_history` looks at that.
    left_out = "search_text" if world.promises.filers else ""
    differing = {
        code: (stored.get(code), expected.get(code))
        for code in {*stored, *expected}
        if _without(left_out, stored.get(code)) != _without(left_out, expected.get(code))
    }
    assert not differing, f"companies differ, stored and expected: {differing}"
    holding = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", "source")
    assert list(holding) == [(entry.day, entry.source) for entry in reference.holding_lists(lists)], (
        "other entries hold"
    )


def _without(name: str, company: dict[str, Any] | None) -> dict[str, Any] | None:
    return company and {field: value for field, value in company.items() if field != name}


def _clerk_agrees_on_issuers(world: World) -> None:
    withdrawn = set(SnapshotWithdrawal.objects.values_list("entry_id", flat=True))
    known = reference.universes(_lists_of([one for one in _entries() if one.pk not in withdrawn]))
    if not known or len(known) > _MOST_LISTS:
        return
    codes = sorted(known[max(known)])[:3]
    universes = {day: {code: universe[code] for code in codes if code in universe} for day, universe in known.items()}
    # A day before the first list and after the last.
    days = [min(known) + timedelta(days=ahead) for ahead in range(-1, (max(known) - min(known)).days + 2)]
    rows = (
        CompanyIssuer.objects.known_at()
        .filter(code__in=codes)
        .values_list("code", "validity", "edinet_code", *TOLD_FIELDS)
    )
    stored = {
        (code, day): (issuer, tuple(told)) for code, validity, issuer, *told in rows for day in days if day in validity
    }
    assert stored == who_stood_behind(universes, world.promises.filers, days)


def _entries_are_what_was_published(world: World) -> None:
    for one in _entries():
        rows = frozenset((code, state[0]) for code, state in unpack_rows(one.rows).items())
        known = world.promises.published.get((one.source, one.date_in_force), [])
        assert rows in known, f"nobody published the rows of entry {one.pk} of {one.date_in_force} ({one.source})"


def _nothing_is_recorded_twice(_world: World) -> None:
    withdrawn, last = set(SnapshotWithdrawal.objects.values_list("entry_id", flat=True)), dict[Any, ListingSnapshot]()
    for one in _entries():
        before = last.get((one.source, one.date_in_force))
        # One that was taken back since may have stood between them.
        is_plain = before is not None and before.pk not in withdrawn and one.pk not in withdrawn
        if before is not None and is_plain:
            assert before.sha256 != one.sha256, f"entries {before.pk} and {one.pk} of {one.date_in_force} are the same"
        last[one.source, one.date_in_force] = one


def _what_was_acknowledged_is_there(world: World) -> None:
    promises = world.promises
    entries = set(ListingSnapshot.objects.values_list("pk", flat=True))
    withdrawn = set(SnapshotWithdrawal.objects.values_list("entry_id", flat=True))
    runs = {str(pk) for pk in SyncRun.objects.values_list("pk", flat=True)}
    assert promises.entries <= entries, f"entries {sorted(promises.entries - entries)} are gone"
    assert promises.withdrawn <= withdrawn, f"withdrawals {sorted(promises.withdrawn - withdrawn)} are gone"
    assert promises.runs <= runs, f"runs {sorted(promises.runs - runs)} are gone"
    assert newest_revision() >= promises.revision
    assert not set(ListingSnapshot.objects.holding().values_list("pk", flat=True)) & withdrawn
    done = SyncRun.objects.filter(status=RunStatus.COMPLETED, kind="listing", date_in_force__isnull=False)
    days = set(ListingSnapshot.objects.filter(source="jquants").values_list("date_in_force", flat=True))
    for run in done:
        assert run.date_in_force in days, f"run {run.pk} is completed and there is no entry of {run.date_in_force}"


def _revisions_have_no_gap(_world: World) -> None:
    found: list[tuple[int, datetime]] = list(
        LedgerRevision.objects.order_by("number").values_list("number", "recorded_at")
    )
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    moments = [moment for _, moment in found]
    assert moments == sorted(moments)
    assert not moments or moments[-1] <= timezone.now()


def _runs_are_legal(world: World) -> None:
    for run in SyncRun.objects.all():
        assert run.status in RunStatus.values
        is_over = run.status not in (RunStatus.QUEUED, RunStatus.RUNNING)
        assert (run.completed_at is not None) == is_over, f"run {run.pk} is {run.status}, ended at {run.completed_at}"
    # One that was decided on a moment ago may be at work; what was there before all came to rest may not.
    left = SyncRun.objects.active().filter(started_at__lt=world.ticked_at).values_list("pk", "status", "heartbeat_at")
    assert not left, f"all is at rest, and runs are at work: {list(left)}"
    of_runs = [run for run in ListingSnapshot.objects.values_list("run_id", flat=True) if run is not None]
    assert len(set(of_runs)) == len(of_runs), "a run has recorded two entries"


def _each_run_asks_once(world: World) -> None:
    asked = world.asked
    claimed = SyncRun.objects.exclude(claimed_at=None).count()
    assert asked <= claimed + world.promises.spoilt, (
        f"{claimed} runs asked {asked} times, {world.promises.spoilt} answers were spoilt"
    )


# --- Between the database and others --------------------------------------------------------------------------------
def _proof_is_clean() -> None:
    found = verify_history()
    assert not found, "; ".join(map(str, found[:5]))


def _feed_replica_is_level(world: World) -> None:
    world.replica.take_all(limit=3, rows=20)
    assert world.replica.versions() == stored_versions(), "the copy kept by the feed differs"


def _notices_come_once_and_in_order(world: World) -> None:
    # Whether all was told is asked before it is looked what came, and what there is to tell afterwards.
    is_all_told = (
        not Delivery.objects.exclude(status="delivered").exists()
        and Subscription.objects.get().told_revision == newest_revision()
    )
    received = list(world.receiver.received)
    arrived = first_arrivals(received)
    bodies = {(one.webhook_id, one.body) for one in received}
    assert len(bodies) == len(arrived), "one id came with two contents"
    repeated = len(received) - len(arrived)
    assert repeated <= world.promises.interruptions, (
        f"{repeated} came again, for {world.promises.interruptions} reasons"
    )
    planned = list(Delivery.objects.order_by("pk").values_list("webhook_id", "status"))
    assert [one.webhook_id for one in arrived] == [name for name, _ in planned][: len(arrived)], "lost, or out of order"
    known = {one.webhook_id for one in arrived}
    assert all(name in known for name, status in planned if status == "delivered"), "delivered, and nobody got it"
    contents = [content_of(one) for one in arrived]
    revisions = [content["data"]["revision"] for content in contents]
    assert revisions == sorted(revisions), "out of the order of revisions"
    parts = [(content["data"]["revision"], content["data"]["part"]) for content in contents]
    assert len(set(parts)) == len(parts), "one revision was told twice"
    if is_all_told:
        difference = told_events(contents) ^ ledger_events()
        assert not difference, f"who was told everything holds something else: {sorted(map(str, difference))[:4]}"


def _readers_are_told_of_now(world: World) -> None:
    status, answer, headers = ask(world, "/api/v1/companies?limit=1000")
    if not ListingSnapshot.objects.exists():
        return
    assert status == 200, f"{status} {answer}"
    assert int(headers["x-ledger-revision"]) == newest_revision(), f"an answer of revision {headers['x-ledger-revision']}, not {newest_revision()}"  # fmt: skip
    told = {(one["code"], one["company_name"], one["market_code"]) for one in answer["companies"]}
    stored = set(Company.objects.filter(is_active=True).values_list("code", "company_name", "market_id"))
    assert told == stored, f"told otherwise: {sorted(told ^ stored)[:6]}"


def _what_is_published_is_not_behind(_world: World) -> None:
    """Whoever has just committed may be on the way to publish it."""
    deadline = time.monotonic() + _PUBLISHED_WITHIN_SECONDS
    while behind := _families_behind():
        assert time.monotonic() < deadline, f"of {behind} older generations are published than there are"
        time.sleep(0.05)


def _families_behind() -> list[str]:
    numbers = read_generations()
    published = get_redis_connection("state").hmget(GENERATIONS_KEY, Generations._fields)
    pairs = zip(Generations._fields, published, numbers, strict=True)
    return [name for name, told, number in pairs if told is not None and int(told) < number]


Law = Callable[[World], None]
_OF_ONE_MOMENT: dict[str, Law] = {
    "the clerk agrees": _clerk_agrees,
    "entries are what was published": _entries_are_what_was_published,
    "nothing is recorded twice": _nothing_is_recorded_twice,
    "what was acknowledged is there": _what_was_acknowledged_is_there,
    "revisions have no gap": _revisions_have_no_gap,
    "runs are legal": _runs_are_legal,
    "each run asks once": _each_run_asks_once,
}
_ACROSS: dict[str, Law] = {
    "readers are told of now": _readers_are_told_of_now,
    "what is published is not behind": _what_is_published_is_not_behind,
    "the feed's replica equals the ledger": _feed_replica_is_level,
    "notices come once and in order": _notices_come_once_and_in_order,
}
