"""What readers may see."""

from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator

from tests.recorded_history.history import Commit, History, Read
from tests.recorded_history.laws.contradiction import Contradiction


class Acknowledged:
    """The commits that were acknowledged, by when they were."""

    def __init__(self, commits: Iterable[Commit]) -> None:
        self._newest: dict[int, tuple[list[float], list[Commit]]] = {}
        for commit in sorted((one for one in commits if one.is_acknowledged), key=lambda one: one.ended):
            ends, newest = self._newest.setdefault(commit.course, ([], []))
            ends.append(commit.ended)
            newest.append(commit if not newest or commit.revision > newest[-1].revision else newest[-1])

    def newest_before(self, moment: float, course: int) -> Commit | None:
        """Of those that ended before it, the one of the last revision."""
        ends, newest = self._newest.get(course, ([], []))
        place = bisect_right(ends, moment)
        return newest[place - 1] if place else None


def _of_now(history: History) -> list[Read]:
    return [read for read in history.of(Read) if not read.asked]


def no_read_is_older_than_an_acknowledged_commit(history: History) -> Iterator[Contradiction]:
    """Who asks after somebody was told that a change is done sees that change."""
    acknowledged = Acknowledged(history.of(Commit))
    for read in _of_now(history):
        commit = acknowledged.newest_before(read.began, read.course)
        if commit is not None and read.revision < commit.revision:
            yield Contradiction("a read is older than an acknowledged commit", commit, read)


def nothing_is_read_before_it_is_written(history: History) -> Iterator[Contradiction]:
    """An answer that ended before a change began does not know of it."""
    commits = {(commit.course, commit.revision): commit for commit in history.of(Commit)}
    for read in _of_now(history):
        commit = commits.get((read.course, read.revision))
        if commit is not None and read.ended < commit.began:
            yield Contradiction("a read knows of a commit that had not begun", read, commit)


def reads_of_one_client_never_go_back(history: History) -> Iterator[Contradiction]:
    """Of what is asked over one connection, one after the other. (Until a change is acknowledged one resource may know of it and another not
    yet, and one process and not another: what is acknowledged all know, which is a law of its own.)
    """
    last: dict[tuple[str, str, str, int], Read] = {}
    for read in _of_now(history):
        place = (read.client, read.connection, read.resource, read.course)
        before = last.get(place)
        if before is not None and read.revision < before.revision:
            yield Contradiction("a client's reads go back", before, read)
        else:
            last[place] = read


def _has_one_content(reads: Iterable[Read], law: str, key: Callable[[Read], Hashable], content: Callable[[Read], str]) -> Iterator[Contradiction]:  # fmt: skip
    known: dict[Hashable, Read] = {}
    for read in reads:
        if not content(read):
            continue
        before = known.setdefault(key(read), read)
        if content(before) != content(read):
            yield Contradiction(law, before, read)


def an_etag_has_one_content(history: History) -> Iterator[Contradiction]:
    """Whatever was restored meanwhile: callers keep what they have."""
    yield from _has_one_content(
        history.of(Read), "an ETag has two contents", lambda read: (read.resource, read.etag), lambda read: read.digest
    )


def a_state_has_one_content(history: History) -> Iterator[Contradiction]:
    """By `X-Data-State`, whatever was restored meanwhile. What bears no bytes says by its ETag which they are."""
    yield from _has_one_content(
        history.of(Read), "a state has two contents", lambda read: (read.resource, read.asked, read.state), lambda read: read.etag
    )  # fmt: skip


def a_revision_has_one_content(history: History) -> Iterator[Contradiction]:
    """By `X-Ledger-Revision`, whether it was the newest or was asked for by `revision=` later. Numbers begin anew after a restore."""
    yield from _has_one_content(
        history.of(Read), "a revision has two contents", lambda read: (read.course, read.resource, read.revision), lambda read: read.digest
    )  # fmt: skip


def what_was_known_never_changes(history: History) -> Iterator[Contradiction]:
    """Who asks for the same revision or moment gets the same bytes, of the same revision."""
    asked = [read for read in history.of(Read) if read.asked]
    yield from _has_one_content(
        asked, "what was known once is another now", lambda read: (read.course, read.resource, read.asked),
        lambda read: read.digest and f"{read.revision} {read.digest}",
    )  # fmt: skip
