"""What callers learn of a restore to an earlier point."""

from collections.abc import Iterator

from tests.recorded_history.history import FeedPage, History, Offer, Restore
from tests.recorded_history.laws.contradiction import Contradiction

#: By what is given back: how it is refused where it is of what was lost.
REFUSALS = {
    "position of the feed": (409, "EPOCH_CHANGED"),
    "number of a revision": (404, "REVISION_NOT_FOUND"),
    "position at a number": (409, "EPOCH_CHANGED"),
    "state": (409, "STATE_CHANGED"),
}


def a_restore_begins_another_epoch(history: History) -> Iterator[Contradiction]:
    """And nothing else does."""
    pages = history.of(FeedPage)
    first_of: dict[int, FeedPage] = {}
    for page in pages:
        first = first_of.setdefault(page.course, page)
        if first.epoch != page.epoch:
            yield Contradiction("an epoch ends without a restore", first, page)
    told = list(first_of.values())
    for place, page in enumerate(told):
        for other in told[place + 1 :]:
            if page.epoch == other.epoch:
                yield Contradiction("a restore is not told by another epoch", page, other)


def what_was_lost_is_refused_in_words(history: History) -> Iterator[Contradiction]:
    """With the code that says so, and a sentence."""
    restores = {restore.course: restore for restore in history.of(Restore)}
    for offer in history.of(Offer):
        restore = restores.get(offer.course)
        if restore is None or offer.of_revision <= restore.revision:
            continue
        is_refused = (offer.status, offer.code) == REFUSALS[offer.what] and bool(offer.words)
        if not is_refused:
            yield Contradiction("what a restore took away is believed", restore, offer)
