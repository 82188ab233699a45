"""Who follows the feed and keeps a copy by it."""

import json
import threading
from typing import Any
from urllib.parse import urlencode

from tests.recorded_history.asking import Line
from tests.recorded_history.copies import digest_of
from tests.recorded_history.history import Copy, FeedPage, History


class Follower:
    """With pages of a size; what it holds after each whole page is written down."""

    def __init__(self, name: str, lines: list[Line], history: History, **sizes: int) -> None:
        self.name, self.lines, self.history, self._sizes = name, lines, history, sizes
        self.course = 0
        self._is_whole = True
        self.begin_anew()

    def begin_anew(self) -> None:
        """Throw away what it holds."""
        self.position, self.revision = "0", 0
        self.newest, self.is_at_end = 0, False
        self._versions: dict[tuple[str, str], Any] = {}

    def follow_until(self, end: threading.Event) -> None:
        """One page after the other, over one server after the other."""
        number = 0
        while not end.is_set():
            number += 1
            self.read_page(self.lines[number % len(self.lines)])

    def read_page(self, line: Line) -> int:
        """The status of the answer."""
        answer = line.ask("GET", f"/api/v1/feed?{urlencode({'after': self.position, **self._sizes})}")
        if answer.is_none:
            self.history.miss(f"FeedPage {answer.status}")
            return answer.status
        if answer.status != 200:
            return answer.status
        page = json.loads(answer.body)
        told = tuple((one["revision"], one["is_complete"]) for one in page["revisions"])
        self.history.note(
            FeedPage(
                client=self.name, began=answer.began, ended=answer.ended, course=self.course, after=self.position,
                following=page["next"], newest=page["newest"], epoch=page["epoch"], revisions=told,
            )
        )  # fmt: skip
        for one in page["revisions"]:
            self._apply(one)
        self.position, self.newest, self.is_at_end = page["next"], page["newest"], not told
        if told and self._is_whole:
            self.history.note(
                Copy(
                    client=self.name, began=answer.began, ended=answer.ended, course=self.course, revision=self.revision,
                    digest=digest_of(list(self._versions.values())),
                )
            )  # fmt: skip
        return answer.status

    def _apply(self, revision: dict[str, Any]) -> None:
        for version in revision["withdrawn"]:
            self._versions.pop((version["code"], version["valid_from"]), None)
        for version in revision["recorded"]:
            self._versions[version["code"], version["valid_from"]] = version
        self.revision, self._is_whole = revision["revision"], revision["is_complete"]
