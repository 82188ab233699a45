"""A recorded history: what each client did, when it began and ended by the machine's monotonic clock (seconds), and what came of it.

An operation took effect at some moment between the two; nothing more is assumed of it. The clock is one for all processes of a machine.
"""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Of one client. `course` counts restores: what happened after one is of another course of revisions."""

    client: str
    began: float
    ended: float
    course: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit(Operation):
    """A change of the ledger. Of one that was not acknowledged, whoever made it was killed, or told of a failure."""

    revision: int
    is_acknowledged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Read(Operation):
    """An answer of the API: 200, or 304 without a `digest`. `asked` is the revision or moment that was asked for, empty where it was that of now."""

    connection: str
    resource: str
    revision: int
    state: str
    etag: str
    digest: str = ""
    asked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Operation):
    """A request by a key with a limit. Nobody knows whether one without an answer (`None`) was counted."""

    key: str
    limit: int
    window_seconds: float
    is_allowed: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage(Operation):
    """A page of the feed. Of each revision in it, whether it ends there."""

    after: str
    following: str
    newest: int
    epoch: str
    revisions: tuple[tuple[int, bool], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy(Operation):
    """All versions as a follower of the feed holds them after a revision, or as the ledger itself says they were known then."""

    revision: int
    digest: str
    is_of_ledger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Operation):
    """From its end on, the `client` is told of every revision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival(Operation):
    """A webhook at its receiver, the `client`. `told` is what its body says, without what only one sending has."""

    webhook_id: str
    revision: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Operation):
    """A POST with an `Idempotency-Key` that was answered by success."""

    key: str
    made: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Count(Operation):
    """How many things there are, at the end, of the one that the requests with a key asked for."""

    key: str
    made: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore(Operation):
    """The database is as it was after that revision. It begins the `course` that it bears."""

    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(Operation):
    """Something of before a restore, given back after it: what it was of, and what was said to it."""

    what: str
    of_revision: int
    status: int
    code: str
    words: str = ""


Kind = TypeVar("Kind", bound=Operation)


@dataclass
class History:
    """Written by many threads, read when they have ended. `unanswered` counts what came to nothing, by its kind. What is `known` was done
    before, and is counted there.
    """

    operations: list[Operation] = field(default_factory=list)
    known: tuple[Operation, ...] = ()
    unanswered: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, operation: Operation) -> None:
        self.operations.append(operation)

    def miss(self, kind: str) -> None:
        """Somebody got no answer."""
        with self._lock:
            self.unanswered[kind] += 1

    def of(self, kind: type[Kind]) -> list[Kind]:
        """Those of a kind, in the order in which they began."""
        found = [one for one in (*self.known, *self.operations) if type(one) is kind]
        return sorted(found, key=lambda one: one.began)

    def counts(self) -> Counter[str]:
        """How many there are of each kind."""
        return Counter(type(one).__name__ for one in self.operations)

    def lines(self) -> Iterator[str]:
        """To be printed."""
        for kind, count in sorted(self.counts().items()):
            yield f"{kind:13}{count:9,}"
        for kind, count in sorted(self.unanswered.items()):
            yield f"{'without answer':13}{count:9,} {kind}"
