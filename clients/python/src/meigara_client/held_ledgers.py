"""All histories, loaded once and kept while they hold."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from meigara_client.errors import EpochChanged
from meigara_client.ledger import Ledger, load_ledger
from meigara_client.models import Feed
from meigara_client.pages import read
from meigara_client.reading import KnownAt, as_parameter
from meigara_client.transport import Transport

# Each is some tens of megabytes.
_MOST = 3


@dataclass(frozen=True, slots=True)
class _Held:
    """`after` and `epoch` are a place in the feed by which a restored database is noticed."""

    ledger: Ledger
    after: str
    epoch: str


class HeldLedgers:
    """Of now, and as known at some moments. Whether one still holds is asked of the feed, which costs one short request."""

    def __init__(self, transport: Transport, language: str) -> None:
        self._transport, self._language = transport, language
        self._held: OrderedDict[str | None, _Held] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, known_at: KnownAt | None) -> Ledger:
        """From memory where it holds, else loaded."""
        key = None if known_at is None else as_parameter(known_at)
        with self._lock:
            held = self._held.get(key)
            if held is None or not self._still_holds(held, is_of_now=key is None):
                held = self._load(known_at)
            self._held[key] = held
            self._held.move_to_end(key)
            while len(self._held) > _MOST:
                self._held.popitem(last=False)
            return held.ledger

    def _still_holds(self, held: _Held, *, is_of_now: bool) -> bool:
        try:
            told = self._ask_feed(held.after)
        except EpochChanged:
            return False
        return told.epoch == held.epoch and not (is_of_now and told.newest != held.ledger.revision)

    def _load(self, known_at: int | datetime | str | None) -> _Held:
        ledger = load_ledger(self._transport, known_at=known_at, language=self._language)
        # A place after what was loaded: the database's own, should it be restored and go on from an earlier one.
        told = self._ask_feed(str(ledger.revision))
        return _Held(ledger, told.next, told.epoch)

    def _ask_feed(self, after: str) -> Feed:
        return read(Feed, self._transport.get("/feed", {"after": after, "limit": 1, "rows": 1}).data)
