"""The feed with a place that outlives the program."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from meigara_client.errors import EpochChanged, PositionUnreadable
from meigara_client.files import write_whole
from meigara_client.models import Feed, Revision
from meigara_client.wording import say


@dataclass(frozen=True, slots=True)
class Position:
    """Where to go on: after what the server calls `after` (opaque), and after the revision `done`; `epoch` is the course of revisions it belongs to."""

    after: str = "0"
    epoch: str | None = None
    done: int = 0

    def to_json(self) -> str:
        """For a store to keep."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Position":
        """Raises `PositionUnreadable`."""
        try:
            told = json.loads(text)
            return cls(str(told["after"]), told["epoch"], int(told["done"]))
        except (ValueError, KeyError, TypeError) as error:
            raise PositionUnreadable(f"not a position: {text[:80]!r}") from error


class PositionStore(Protocol):
    """Keeps a position."""

    def load(self) -> Position | None:
        """`None`: nothing was followed yet."""

    def save(self, position: Position) -> None:
        """So that it is there after the machine went down."""

    def forget(self) -> None:
        """To begin anew."""


class FilePosition:
    """In a file, which is replaced in one step. One follower a file."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = Path(path)

    def load(self) -> Position | None:
        """Raises `PositionUnreadable`."""
        try:
            text = self._path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        try:
            return Position.from_json(text)
        except PositionUnreadable as error:
            raise PositionUnreadable(
                f"{self._path} holds no position; delete it to follow from the beginning"
            ) from error

    def save(self, position: Position) -> None:
        """Raises `OSError`."""
        write_whole(self._path, position.to_json().encode())

    def forget(self) -> None:
        """Delete it."""
        self._path.unlink(missing_ok=True)


class CallablePosition:
    """Wherever two functions keep a text: in the database that the copy is in, in the transaction that applies a revision."""

    def __init__(self, load: Callable[[], str | None], save: Callable[[str | None], object]) -> None:
        self._load, self._save = load, save

    def load(self) -> Position | None:
        """Raises `PositionUnreadable`."""
        text = self._load()
        return None if text is None else Position.from_json(text)

    def save(self, position: Position) -> None:
        """As the function does."""
        self._save(position.to_json())

    def forget(self) -> None:
        """`None` is kept."""
        self._save(None)


def follow(
    read: Callable[[str], Feed], store: PositionStore, *, goes_on: bool, start: str, language: str
) -> Iterator[Revision]:
    """Each revision once, in order; one that was handed out and not yet done when the program ended comes again. `goes_on`: without end.

    Done is a revision when the next one is asked for. Raises `EpochChanged`, and the store then has the old position still.
    """
    position = store.load() or Position(start)
    while True:
        page = read(position.after)
        if position.epoch not in (None, page.epoch):
            details = {"epoch": page.epoch, "newest": page.newest}
            raise EpochChanged(409, "EPOCH_CHANGED", say("epoch_changed", language), details=details)
        position = replace(position, epoch=page.epoch)
        for revision in page.revisions:
            if revision.revision <= position.done:
                continue
            yield revision
            if revision.is_complete:
                position = replace(position, done=revision.revision)
                store.save(position)
        if page.next != position.after:
            position = replace(position, after=page.next)
            store.save(position)
        if not page.revisions and not goes_on:
            return
