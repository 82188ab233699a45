"""The entries of the ledger of issuer lists: which holds on a day, which are its neighbours, and writing one."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from companies.issuers.filer_rows import unpack_filers
from companies.ledger.snapshot_rows import PackedRows, Rows
from companies.models import IssuerList


@dataclass(frozen=True, slots=True)
class NeighbouringLists:
    """The holding lists around a day: of exactly that day, before it and after it."""

    holding: IssuerList | None
    previous: IssuerList | None
    following: IssuerList | None

    @property
    def in_force(self) -> IssuerList | None:
        """The one in force on the day."""
        return self.holding or self.previous

    def nearest_to(self, day: date) -> IssuerList | None:
        """The one nearest in time, the earlier of two as near."""
        around = [entry for entry in (self.holding, self.previous, self.following) if entry is not None]
        return min(around, key=lambda entry: abs((entry.date_in_force - day).days), default=None)


def find_neighbouring_lists(day: date) -> NeighbouringLists:
    """Around a day; their rows are read only when asked for."""
    holding = IssuerList.objects.filter(is_superseded=False).defer("rows")
    return NeighbouringLists(
        holding=holding.filter(date_in_force=day).first(),
        previous=holding.filter(date_in_force__lt=day).order_by("date_in_force").last(),
        following=holding.filter(date_in_force__gt=day).order_by("date_in_force").first(),
    )


def find_standing_list(day: date) -> IssuerList | None:
    """The list of a day that was recorded last and not withdrawn: the one that has to hold."""
    return IssuerList.objects.filter(date_in_force=day, withdrawal=None).defer("rows").order_by("id").last()


def iterate_issuer_lists(*, after: date | None = None) -> Iterator[tuple[date, Rows]]:
    """The holding lists after a day (all for `None`), oldest first, a few in memory at a time."""
    lists = IssuerList.objects.filter(is_superseded=False).order_by("date_in_force")
    if after is not None:
        lists = lists.filter(date_in_force__gt=after)
    for day, rows in lists.values_list("date_in_force", "rows").iterator(chunk_size=4):
        yield day, unpack_filers(rows)


def issuer_list_days() -> list[date]:
    """The days with a list that holds, oldest first."""
    lists = IssuerList.objects.filter(is_superseded=False).order_by("date_in_force")
    return list(lists.values_list("date_in_force", flat=True))


def record_issuer_list(
    day: date, rows: Rows, packed: PackedRows, *, listed_count: int, run_id: UUID | None, recorded_at: datetime
) -> IssuerList:
    """Write one, which holds for its day from now on; the one that held stays, marked."""
    IssuerList.objects.filter(date_in_force=day, is_superseded=False).update(is_superseded=True)
    entry: IssuerList = IssuerList.objects.create(
        date_in_force=day, row_count=len(rows), listed_count=listed_count, sha256=packed.sha256, rows=packed.compress(),
        run_id=run_id, recorded_at=recorded_at,
    )  # fmt: skip
    return entry
