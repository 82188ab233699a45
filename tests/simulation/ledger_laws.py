"""Laws that one state of the database alone can break."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from companies.issuers.filer import TOLD_FIELDS
from companies.known.reading import newest_revision
from companies.ledger.snapshot_rows import unpack_rows
from companies.listed_issue import TRACKED_FIELDS, ListedIssue
from companies.models import CompanyIssuer, LedgerRevision, ListingSnapshot, SnapshotWithdrawal
from syncjobs.choices import RunStatus
from syncjobs.models import SyncRun
from tests.laws import reference
from tests.laws import test_ledger_laws as clerk
from tests.laws.issuer_reference import who_stood_behind
from tests.laws.reference import DatedList
from tests.simulation.world import World

_MOST_LISTS = 60


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


def clerk_agrees_on_issuers(world: World) -> None:
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


Law = Callable[[World], None]
OF_ONE_MOMENT: dict[str, Law] = {
    "the clerk agrees": _clerk_agrees,
    "entries are what was published": _entries_are_what_was_published,
    "nothing is recorded twice": _nothing_is_recorded_twice,
    "what was acknowledged is there": _what_was_acknowledged_is_there,
    "revisions have no gap": _revisions_have_no_gap,
    "runs are legal": _runs_are_legal,
    "each run asks once": _each_run_asks_once,
}
