"""Pages of the stream."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from companies.feed.position import Position
from companies.feed.revision_changes import RevisionChanges, load_changes
from companies.models import LedgerRevision

#: Revisions whose changes are looked up together.
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class FeedPart:
    """What is told of a revision: all of it, or the rest, where `is_complete`."""

    changes: RevisionChanges
    is_complete: bool


def read_feed(position: Position, newest: int, *, limit: int, rows: int) -> tuple[list[FeedPart], Position]:
    """The next revisions: at most `limit` of them and `rows` rows; and the position after them. Inside one state of the database."""
    parts: list[FeedPart] = []
    for changes in _changes_from(
        position.revision + 1, min(position.revision + limit, newest), is_begun=position.rows > 0
    ):
        begin = min(position.rows, changes.size)
        end = min(begin + rows, changes.size)
        is_complete = end == changes.size
        if parts and not is_complete:
            # What does not fit whole begins the next page.
            break
        parts.append(FeedPart(changes.part(begin, end), is_complete))
        rows -= end - begin
        if not is_complete:
            return parts, Position(position.revision, end)
        position = Position(position.revision + 1)
        if rows <= 0:
            break
    return parts, position


def _changes_from(first: int, last: int, *, is_begun: bool) -> Iterator[RevisionChanges]:
    """One that is read in several parts is not looked up for each of them."""
    if is_begun and first <= last:
        yield _changes_of(first, LedgerRevision.objects.values_list("fingerprint", flat=True).get(number=first))
        first += 1
    for start in range(first, last + 1, _AT_ONCE):
        yield from load_changes(range(start, min(start + _AT_ONCE, last + 1)))


@lru_cache(maxsize=2)
def _changes_of(
    number: int, fingerprint: str
) -> RevisionChanges:  # the fingerprint tells it from another of that number
    return next(load_changes([number]))
