"""Operations of histories that are written by hand: an operation lasts from a moment to a moment, and differs from the usual in what is named."""

from typing import Any

from tests.recorded_history.history import (
    Arrival,
    Commit,
    Copy,
    Count,
    FeedPage,
    History,
    Offer,
    Operation,
    Post,
    Read,
    Request,
    Restore,
    Subscription,
)
from tests.recorded_history.laws import contradictions


def commit(began: float, ended: float, revision: int, **more: Any) -> Commit:
    return Commit(client="writer", began=began, ended=ended, revision=revision, **more)


def read(began: float, ended: float, revision: int, **more: Any) -> Read:
    usual: dict[str, Any] = {
        "client": "reader", "connection": "first", "resource": "/companies", "state": f"s{revision}", "etag": f"e{revision}",
        "digest": f"d{revision}",
    }  # fmt: skip
    return Read(began=began, ended=ended, revision=revision, **{**usual, **more})


def request(
    began: float, ended: float, *, is_allowed: bool | None, limit: int = 2, window_seconds: float = 10
) -> Request:
    return Request(
        client="caller", began=began, ended=ended, key="k", limit=limit, window_seconds=window_seconds, is_allowed=is_allowed
    )  # fmt: skip


def page(began: float, after: str, following: str, *revisions: int, **more: Any) -> FeedPage:
    """Of whole revisions, unless it is told which."""
    usual: dict[str, Any] = {
        "client": "follower", "ended": began + 1, "newest": max(revisions, default=0), "epoch": "e",
        "revisions": tuple((number, True) for number in revisions),
    }  # fmt: skip
    return FeedPage(began=began, after=after, following=following, **{**usual, **more})


def copy(revision: int, digest: str, *, is_of_ledger: bool = False) -> Copy:
    client = "ledger" if is_of_ledger else "follower"
    return Copy(
        client=client, began=revision, ended=revision, revision=revision, digest=digest, is_of_ledger=is_of_ledger
    )


def arrival(began: float, revision: int, **more: Any) -> Arrival:
    usual = {"client": "receiver", "webhook_id": f"msg_{revision}", "digest": f"d{revision}"}
    return Arrival(began=began, ended=began, revision=revision, **{**usual, **more})


def subscription(ended: float) -> Subscription:
    return Subscription(client="receiver", began=0, ended=ended)


def post(key: str, made: str, digest: str = "d") -> Post:
    return Post(client="maker", began=1, ended=2, key=key, made=made, digest=digest)


def count(key: str, *made: str) -> Count:
    return Count(client="maker", began=3, ended=4, key=key, made=made)


def restore(began: float, revision: int) -> Restore:
    return Restore(client="operator", began=began, ended=began + 1, course=1, revision=revision)


def offer(what: str, of_revision: int, status: int, code: str, words: str = "理由") -> Offer:
    return Offer(
        client="caller", began=9, ended=10, course=1, what=what, of_revision=of_revision, status=status, code=code, words=words
    )  # fmt: skip


def found(*operations: Operation) -> list[tuple[str, Operation, Operation]]:
    """Each contradiction that the laws find: by which law, and between which two."""
    return [(one.law, one.first, one.second) for one in contradictions(History(list(operations)))]
