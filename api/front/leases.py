"""Permits of a key's window that this process took with one trip to Redis, with the key's record and the generations.

A lease lasts 50 ms from the moment before Redis was asked: what it knows is never older than that, which is why writers wait as
long (`api.front.lease_time`). Its permits count from when they were taken, used or not; what is left of them goes back with the
next trip, or by itself right after the lease has ended.
"""

import threading
import time
from dataclasses import dataclass

from api.front.admission import Admission, Grant, Rest, Told, Verdict, ask, settle
from api.front.redis_guard import state_guard

_LARGEST = 1024
#: Trips of one key are made one after the other; of two keys in the same place, too.
_PLACES = 64
_RETURN_AFTER_SECONDS = 0.005
#: Where Redis says one of these it has read what is given back; else it ended before, or nobody knows.
_TAKES_BACK = frozenset({Verdict.PASS, Verdict.LIMITED, Verdict.SETTLING})


@dataclass(slots=True)
class _Lease:
    admission: Admission
    ends_at: float
    granted: int
    permits: int
    number: int
    moment: int

    @property
    def rest(self) -> Rest | None:
        """What has to go back. A single permit was for the request that asked."""
        return Rest(self.number, self.moment, self.permits) if self.granted > 1 else None

    @property
    def next_size(self) -> int:
        """Twice as many where they were used up in time, else as many as were used."""
        return min(self.granted * 2, _LARGEST) if not self.permits else max(1, self.granted - self.permits)


class Leases:
    """Those of this process, by the hash of their key; one of each. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._trips = [threading.Lock() for _ in range(_PLACES)]
        self._by_key: dict[str, _Lease] = {}
        self._returning: threading.Thread | None = None
        self._is_due = threading.Event()

    def look(self, key_hash: str) -> Admission | None:
        """What is known of a key of which a permit is at hand; it is not taken."""
        lease = self._by_key.get(key_hash)
        is_usable = lease is not None and lease.permits and time.monotonic() < lease.ends_at
        return lease.admission if lease is not None and is_usable else None

    def take(self, key_hash: str) -> Admission | None:
        """A permit, and what is known of its key, of what was asked within the last 50 ms; `None` where Redis has to be asked."""
        with self._lock:
            lease = self._by_key.get(key_hash)
            if lease is None or not lease.permits or time.monotonic() >= lease.ends_at:
                return None
            lease.permits -= 1
            admission = lease.admission
            # By itself this is what Redis had left; what this process has left is left, too.
            return admission._replace(remaining=admission.remaining + lease.permits)

    def put_back(self, key_hash: str) -> None:
        """One that was taken just now and is not used."""
        with self._lock:
            if (lease := self._by_key.get(key_hash)) is not None and lease.permits < lease.granted - 1:
                lease.permits += 1

    def ask(self, key_hash: str, address: str, *, anew: bool = False) -> Told | Admission | None:
        """A permit, by a trip unless another thread's brought it meanwhile; `anew`, by one that begins now. `None` where Redis
        cannot be asked.
        """
        with self._trips[hash(key_hash) % _PLACES]:
            if not anew and (admission := self.take(key_hash)) is not None:
                return admission
            if state_guard.is_paused:
                return None
            with self._lock:
                before = self._by_key.pop(key_hash, None)
            told, asked_at = None, time.monotonic()
            with state_guard.during("admission"):
                told = ask(
                    key_hash, address, wanted=before.next_size if before else 1, rest=before.rest if before else None
                )
            if told is not None and told.grant is not None:
                return self._begin(key_hash, told.grant, asked_at)
            if before is not None and (told is None or told.verdict not in _TAKES_BACK):
                self._end(key_hash, before)
        return told

    def _end(self, key_hash: str, lease: _Lease) -> None:
        """Out of use from now on; its rest goes back by itself."""
        lease.ends_at = time.monotonic()
        with self._lock:
            self._by_key[key_hash] = lease
        self._wake_returning()

    def _begin(self, key_hash: str, grant: Grant, asked_at: float) -> Admission:
        permits, admission = grant.granted - 1, grant.admission
        lease = _Lease(admission, asked_at + grant.lasts_seconds, grant.granted, permits, grant.number, grant.moment)
        with self._lock:
            self._by_key[key_hash] = lease
        self._wake_returning()
        return admission._replace(remaining=admission.remaining + permits)

    def _wake_returning(self) -> None:
        """After a lease was put where the thread finds it: it had nothing to wait for, maybe."""
        with self._lock:
            if self._returning is None or not self._returning.is_alive():
                self._returning = threading.Thread(target=self._return_unused, name="leases", daemon=True)
                self._returning.start()
        self._is_due.set()

    def _return_unused(self) -> None:
        """For ever: what nobody used goes back when its time is over. Threads that ask have the first turn at a lease that has just
        ended: their trip takes its rest back along.
        """
        while True:
            self._is_due.wait()
            with self._lock:
                next_end = min((lease.ends_at for lease in self._by_key.values()), default=None)
                if next_end is None:
                    self._is_due.clear()
                    continue
            time.sleep(max(0.0, next_end - time.monotonic()) + _RETURN_AFTER_SECONDS)
            self._return_ended()

    def _return_ended(self) -> None:
        now = time.monotonic()
        with self._lock:
            ended = {key_hash: lease for key_hash, lease in self._by_key.items() if lease.ends_at <= now}
            for key_hash in ended:
                del self._by_key[key_hash]
        for key_hash, lease in ended.items():
            if lease.rest is not None and not state_guard.is_paused:
                with state_guard.during("lease"):
                    settle(key_hash, lease.rest)


leases = Leases()
