"""A long run is judged in rounds: each round's history knows of those before what its laws have to know."""

import random
from collections.abc import Iterator

from tests.recorded_history.history import Arrival, Commit, FeedPage, History, Operation, Read, Subscription

#: What was read long ago is read again and compared; of all of it that would be more with each round.
_MOST_READS = 2_000


def going_on_from(history: History) -> History:
    """A history without operations of its own, for what is done after one whose end was waited for: who is told by webhook, what was
    acknowledged and told last, how far each follower has got, and of what was read before as much as can be compared in time.
    """
    return History(
        known=(
            *history.of(Subscription),
            *_newest_acknowledged_and_told(history),
            *_last_pages(history.of(FeedPage)),
            *_some_contents(history.of(Read)),
        )
    )


def _newest_acknowledged_and_told(history: History) -> Iterator[Operation]:
    """And what of it arrived where, or it would be lost."""
    course = max((commit.course for commit in history.of(Commit)), default=0)
    acknowledged = [one for one in history.of(Commit) if one.is_acknowledged and one.course == course]
    newest = max(acknowledged, key=lambda one: one.revision, default=None)
    if newest is None:
        return
    yield newest
    yield from (one for one in history.of(Arrival) if one.course == course and one.revision >= newest.revision)


def _last_pages(pages: list[FeedPage]) -> Iterator[FeedPage]:
    """Of each follower the last that told of a revision, and the last of all, whose position it goes on from."""
    told = {page.client: page for page in pages if page.revisions}
    last = {page.client: page for page in pages}
    for client, page in last.items():
        if client in told and told[client] is not page:
            yield told[client]
        yield page


def _some_contents(reads: list[Read]) -> list[Read]:
    """One of each resource at each revision."""
    first: dict[tuple[int, str, int], Read] = {}
    for read in reads:
        if read.digest:
            first.setdefault((read.course, read.resource, read.revision), read)
    return random.sample(list(first.values()), min(len(first), _MOST_READS))
