"""What a follower of the feed gets."""

from collections.abc import Iterator

from tests.recorded_history.history import Commit, Copy, FeedPage, History
from tests.recorded_history.laws.contradiction import Contradiction
from tests.recorded_history.laws.reads import Acknowledged

_BEGINNING = "0"


def _got_before(page: FeedPage) -> int:
    """The first page of a follower that is known: where that does not begin at the beginning, the pages before were judged with it in the
    history that this one goes on from (`going_on.going_on_from`).
    """
    return page.revisions[0][0] - 1 if page.after != _BEGINNING and page.revisions else 0


def the_feed_has_no_gap_and_no_repeat(history: History) -> Iterator[Contradiction]:
    """Revision after revision; one that comes in parts, part after part."""
    last: dict[str, tuple[FeedPage, int]] = {}
    for page in history.of(FeedPage):
        before, number = last.get(page.client, (page, _got_before(page)))
        if page.after == _BEGINNING:
            number = 0
        for revision, is_complete in page.revisions:
            if revision != number + 1:
                law = "the feed leaves a revision out" if revision > number + 1 else "the feed tells a revision twice"
                yield Contradiction(law, before, page)
            number = revision if is_complete else revision - 1
        last[page.client] = page, number


def positions_only_go_forward(history: History) -> Iterator[Contradiction]:
    """The page after a page begins where that ended, and its newest revision is none of before."""
    last: dict[str, FeedPage] = {}
    for page in history.of(FeedPage):
        before = last.get(page.client)
        if before is not None and before.course == page.course and page.after != _BEGINNING:
            is_behind = page.newest < before.newest or (bool(page.revisions) and page.following == page.after)
            if is_behind or page.after != before.following:
                yield Contradiction("a position of the feed goes back", before, page)
        last[page.client] = page


def no_page_is_older_than_an_acknowledged_commit(history: History) -> Iterator[Contradiction]:
    """Nor does it hold back what it knows of."""
    acknowledged = Acknowledged(history.of(Commit))
    for page in history.of(FeedPage):
        commit = acknowledged.newest_before(page.began, page.course)
        if commit is not None and page.newest < commit.revision:
            yield Contradiction("a page of the feed is older than an acknowledged commit", commit, page)


def a_page_tells_what_there_is(history: History) -> Iterator[Contradiction]:
    """One that knows of newer revisions than the follower has got is not empty."""
    got: dict[str, tuple[FeedPage, int]] = {}
    for page in history.of(FeedPage):
        before, number = got.get(page.client, (page, _got_before(page)))
        if page.after == _BEGINNING:
            number = 0
        if not page.revisions and number < page.newest:
            yield Contradiction("a page of the feed holds back what there is", before, page)
        number = max([number, *(revision for revision, is_complete in page.revisions if is_complete)])
        got[page.client] = page, number


def the_copy_of_a_follower_equals_the_ledger(history: History) -> Iterator[Contradiction]:
    """After each revision at which both were looked at."""
    copies = history.of(Copy)
    ledger = {(copy.course, copy.revision): copy for copy in copies if copy.is_of_ledger}
    for copy in copies:
        known = ledger.get((copy.course, copy.revision))
        if known is not None and known.digest != copy.digest:
            yield Contradiction("a follower's copy is not the ledger", known, copy)
