"""The entries of the ledger: which holds on a day, which are its neighbours, and writing a new one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from companies.choices import SOURCE_AUTHORITY
from companies.models import ListingSnapshot
from companies.snapshot_rows import PackedRows, Rows, unpack_rows
from config.database import allow_long_statements

# Any constant will do, as long as nothing else in the database takes the same advisory lock.
_LEDGER_LOCK = 7_203_000_001


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


def lock_ledger() -> None:
    """Wait until no other transaction writes to the ledger, and keep others out until this one ends.

    An advisory lock instead of a table lock: readers are never held up. An uploaded list is applied by a web process,
    whose short patience is meant for reading.
    """
    allow_long_statements()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LEDGER_LOCK])


def find_latest_recorded(day: date, source: str) -> ListingSnapshot | None:
    """What `source` said last of `day`, holding or not; without its rows."""
    recorded = ListingSnapshot.objects.filter(date_in_force=day, source=source).defer("rows")
    return recorded.order_by("id").last()


def find_neighbours(day: date) -> Neighbours:
    """The holding entries around `day`. Their rows are read only when asked for."""
    holding = ListingSnapshot.objects.holding().defer("rows")
    return Neighbours(
        holding=holding.filter(date_in_force=day).first(),
        previous=holding.filter(date_in_force__lt=day).order_by("date_in_force").last(),
        following=holding.filter(date_in_force__gt=day).order_by("date_in_force").first(),
    )


def iterate_entries(*, after: date | None = None) -> Iterator[tuple[date, Rows]]:
    """The holding entries after a day (all of them for `None`), oldest first, one in memory at a time."""
    entries = ListingSnapshot.objects.holding().order_by("date_in_force").values_list("date_in_force", "rows")
    if after is not None:
        entries = entries.filter(date_in_force__gt=after)
    for day, rows in entries.iterator(chunk_size=4):
        yield day, unpack_rows(rows)


def is_outranked(source: str, holding: ListingSnapshot | None) -> bool:
    """Whether a stronger source already holds: a JPX list never supersedes a J-Quants one of the same date."""
    return holding is not None and SOURCE_AUTHORITY[source] < SOURCE_AUTHORITY[holding.source]


def record_entry(
    *,
    day: date,
    source: str,
    row_count: int,
    packed: PackedRows,
    run_id: UUID | None,
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
        is_superseded=is_superseded,
    )
