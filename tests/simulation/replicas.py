"""Who follows the product from outside: a copy kept by the feed, and one by what the webhook was told."""

import importlib.util
import json
from pathlib import Path
from typing import Any

from tests.fakes.receiver import Received

#: The example of the documentation.
_SPEC = importlib.util.spec_from_file_location("follow_feed", Path(__file__).parents[2] / "docs" / "follow_feed.py")
assert _SPEC is not None
assert _SPEC.loader is not None
_follow_feed: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_follow_feed)

Event = tuple[Any, ...]


class Killed(Exception):
    """The follower ended here."""


class FeedReplica:
    """The follower of the documentation, with its file."""

    def __init__(self, path: Path, base_url: str, key: str) -> None:
        self._path = path
        self._fetch = _follow_feed.over_http(base_url, key)
        self._copy = _follow_feed.open_copy(path)

    def take(self, **how: int) -> bool:
        """One answer. Whether there was anything new."""
        return bool(_follow_feed.take_next(self._copy, self._fetch, **how))

    def take_all(self, **how: int) -> None:
        while self.take(**how):
            pass

    def die(self, **how: int) -> None:
        """Killed between an answer and the end of its transaction; another one goes on."""

        def fetch(query: dict[str, Any]) -> tuple[int, Any]:
            self._fetch(query)
            raise Killed

        try:
            _follow_feed.take_next(self._copy, fetch, **how)
        except Killed:
            self.close()
            self._copy = _follow_feed.open_copy(self._path)

    def versions(self) -> list[tuple[Any, ...]]:
        return list(self._copy.execute("SELECT * FROM versions ORDER BY code, valid_from"))

    def close(self) -> None:
        self._copy.close()


def first_arrivals(received: list[Received]) -> list[Received]:
    """Each message once, in the order in which they came first."""
    found: dict[str, Received] = {}
    for one in received:
        found.setdefault(one.webhook_id, one)
    return list(found.values())


def told_events(messages: list[dict[str, Any]]) -> set[Event]:
    """What appeared and was not taken back. Raises `KeyError` for what is taken back and was never told."""
    held = set[Event]()
    for message in messages:
        for notice in message["data"]["notices"]:
            event = tuple(notice[name] for name in ("kind", "code", "date", "observed_after", "old_value", "new_value"))
            if notice["is_gone"]:
                held.remove(event)
            else:
                held.add(event)
    return held


def content_of(one: Received) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(one.body)
    return found
