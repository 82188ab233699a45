"""The entries of the ledger: which holds on a day, which are its neighbours, and writing a new one."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection

from companies.choices import SOURCE_AUTHORITY
from companies.ledger.snapshot_rows import ListReader, PackedRows, Rows
from companies.models import ListingSnapshot
from database.connections import allow_long_statements

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_LEDGER_LOCK = 7_203_000_001
_MOMENT = """
    SELECT greatest(
        clock_timestamp(),
        (SELECT max(updated_at) FROM companies) + interval '1 microsecond',
        (SELECT recorded_at FROM listing_snapshots ORDER BY id DESC LIMIT 1) + interval '1 microsecond',
        (SELECT recorded_at FROM ledger_revisions ORDER BY number DESC LIMIT 1) + interval '1 microsecond'
    )
"""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The holding entries around a day: the one for exactly that day, the one before and the one after."""

    holding: ListingSnapshot | None
    previous: ListingSnapshot | None
    following: ListingSnapshot | None

    @property
    def in_force(self) -> ListingSnapshot | None:
        """The entry in force on the day."""
        return self.holding or self.previous

    def around(self) -> list[ListingSnapshot]:
        """Those that there are."""
        return [entry for entry in (self.holding, self.previous, self.following) if entry is not None]

    def nearest_to(self, day: date) -> ListingSnapshot | None:
        """The entry nearest in time, the earlier of two as near."""
        return min(self.around(), key=lambda entry: abs((entry.date_in_force - day).days), default=None)


def lock_ledger() -> datetime:
    """Wait until no other transaction writes to the ledger, and keep others out until this one ends.

    Returns the moment that everything written until then bears: after the lock was had, and after every such moment
    that anyone could have read before. `now()` is when the transaction began, before it waited: whoever follows changes by
    their time would never see those of a writer who waited for another.

    An advisory lock instead of a table lock: readers are never held up. An uploaded list is applied by a web process,
    whose short patience is meant for reading.
    """
    allow_long_statements()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER_LOCK])
        # A statement of its own: one sees what was committed before it began, and the one above began before the wait.
        cursor.execute(_MOMENT)
        moment: datetime = cursor.fetchone()[0]
    return moment


def lock_patiently(seconds: float) -> None:
    """Lock the ledger before `lock_ledger` does, and wait no longer than so. Raises `django.db.OperationalError`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER_LOCK])


def wait_for_writers() -> None:
    """Wait until no transaction that was writing to the ledger is at work, as long as a statement may wait for a lock. Readers do
    not wait for one another; until the transaction ends no writer begins.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LEDGER_LOCK])


def find_latest_recorded(day: date, source: str) -> ListingSnapshot | None:
    """What `source` said last of `day` and was not withdrawn, holding or not; without its rows."""
    recorded = ListingSnapshot.objects.standing().filter(date_in_force=day, source=source).defer("rows")
    return recorded.order_by("id").last()


def find_holder(day: date) -> ListingSnapshot | None:
    """The entry that has to hold on `day`: of those not withdrawn the last one of the strongest source; without its rows."""
    standing = ListingSnapshot.objects.standing().filter(date_in_force=day).defer("rows").order_by("id")
    return max(standing, key=lambda entry: (SOURCE_AUTHORITY[entry.source], entry.pk), default=None)


def find_neighbours(day: date) -> Neighbours:
    """The holding entries around `day`. Their rows are read only when asked for."""
    holding = ListingSnapshot.objects.holding().defer("rows").order_by()
    before = holding.filter(date_in_force__lt=day).order_by("-date_in_force")[:1]
    after = holding.filter(date_in_force__gt=day).order_by("date_in_force")[:1]
    around = list(holding.filter(date_in_force=day).union(before, after, all=True))
    return Neighbours(
        holding=next((entry for entry in around if entry.date_in_force == day), None),
        previous=next((entry for entry in around if entry.date_in_force < day), None),
        following=next((entry for entry in around if entry.date_in_force > day), None),
    )


def iterate_entries(*, after: date | None = None) -> Iterator[tuple[date, Rows]]:
    """The holding entries after a day (all of them for `None`), oldest first, one in memory at a time."""
    holding = ListingSnapshot.objects.holding().order_by("date_in_force")
    entries, reader = holding.values_list("date_in_force", "rows", "row_count"), ListReader()
    if after is not None:
        entries = entries.filter(date_in_force__gt=after)
    for day, packed, row_count in entries.iterator(chunk_size=4):
        yield day, reader.read(zlib.decompress(packed), row_count)


def is_outranked(source: str, holding: ListingSnapshot | None) -> bool:
    """Whether a stronger source already holds: a JPX list never supersedes a J-Quants one of the same date."""
    return holding is not None and SOURCE_AUTHORITY[source] < SOURCE_AUTHORITY[holding.source]


def find_holders() -> set[int]:
    """The entries that have to hold, of all days."""
    entries = ListingSnapshot.objects.standing().order_by("id").values_list("date_in_force", "source", "pk")
    holders: dict[date, tuple[int, int]] = {}
    for day, source, entry in entries.iterator():
        holders[day] = max(holders.get(day, (0, 0)), (SOURCE_AUTHORITY[source], entry))
    return {entry for _, entry in holders.values()}


def record_entry(
    *,
    day: date,
    source: str,
    row_count: int,
    packed: PackedRows,
    run_id: UUID | None,
    recorded_at: datetime,
    supersedes: ListingSnapshot | None,
    is_superseded: bool,
) -> ListingSnapshot:
    """Write one entry; the one it supersedes stays, marked."""
    if supersedes is not None:
        ListingSnapshot.objects.filter(pk=supersedes.pk, is_superseded=False).update(is_superseded=True)
    return ListingSnapshot.objects.create(
        date_in_force=day,
        source=source,
        row_count=row_count,
        sha256=packed.sha256,
        rows=packed.compress(),
        run_id=run_id,
        recorded_at=recorded_at,
        is_superseded=is_superseded,
    )
