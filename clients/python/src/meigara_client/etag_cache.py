"""Answers that are kept with their `ETag`, so that an unchanged one comes back as 304 without a body."""

import hashlib
import json
import logging
import threading
from collections import OrderedDict
from dataclasses import asdict, dataclass
from pathlib import Path

from meigara_client.files import write_whole

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """`address` is all that the answer depends on: where, and what was asked for. Neither key nor language is part of it: all get the same, but errors, which are not kept."""

    address: str
    etag: str
    body: bytes
    revision: str | None
    state: str | None


class EtagCache:
    """In memory up to so many bytes, the least lately used go first; on disk too where there is a folder, up to as many."""

    def __init__(self, most_bytes: int, folder: Path | None = None) -> None:
        self._most_bytes, self._folder = most_bytes, folder
        self._kept: OrderedDict[str, KeptAnswer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()
        if folder is not None:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def find(self, address: str) -> KeptAnswer | None:
        """What is kept for it."""
        with self._lock:
            if address in self._kept:
                self._kept.move_to_end(address)
                return self._kept[address]
        found = self._read(address)
        if found is not None:
            self._keep(found)
        return found

    def keep(self, answer: KeptAnswer) -> None:
        """From now on, in place of what was kept for its address."""
        self._keep(answer)
        if self._folder is not None:
            try:
                write_whole(_file_of(self._folder, answer.address), _as_bytes(answer))
                self._tidy(self._folder)
            except OSError as error:
                logger.warning("an answer could not be kept in %s: %s", self._folder, error)

    def _keep(self, answer: KeptAnswer) -> None:
        with self._lock:
            old = self._kept.pop(answer.address, None)
            self._bytes += len(answer.body) - (len(old.body) if old else 0)
            self._kept[answer.address] = answer
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1].body)

    def _read(self, address: str) -> KeptAnswer | None:
        """From disk. A file that is not whole or of another address counts as none."""
        if self._folder is None:
            return None
        try:
            head, _, body = _file_of(self._folder, address).read_bytes().partition(b"\n")
            told = json.loads(head)
            found = KeptAnswer(body=body, **{name: told[name] for name in ("address", "etag", "revision", "state")})
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("an answer kept in %s cannot be read: %r", self._folder, error)
            return None
        return found if found.address == address and told.get("bytes") == len(body) else None

    def _tidy(self, folder: Path) -> None:
        """The oldest files go where they are too many; another process may do the same."""
        files = sorted(((path.stat(), path) for path in folder.glob("*.answer")), key=lambda one: one[0].st_mtime)
        total = sum(status.st_size for status, _ in files)
        for status, path in files[:-1]:
            if total <= self._most_bytes:
                return
            path.unlink(missing_ok=True)
            total -= status.st_size


def _file_of(folder: Path, address: str) -> Path:
    return folder / f"{hashlib.sha256(address.encode()).hexdigest()}.answer"


def _as_bytes(answer: KeptAnswer) -> bytes:
    head = asdict(answer)
    body: bytes = head.pop("body")
    return json.dumps({**head, "bytes": len(body)}).encode() + b"\n" + body
