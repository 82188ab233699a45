"""How often each key asks what: counted in the memory of each web process, added to the database once a minute.

A request pays for one step in a dictionary, some tenths of a microsecond. What a process that is killed has not told yet, up to a
minute of it, is lost: these are figures for people, not for invoices. Limits are counted elsewhere, exactly (`api.front.admission`).
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from django.db import Error, connection
from django.utils import timezone

from api.models import ApiKeyUse
from database.connections import drop_broken_connections, give_back_connection

logger = structlog.get_logger(__name__)

_TELL_EVERY_SECONDS = 60.0
#: What nobody looks at any more.
KEPT = timedelta(days=400)


@dataclass(slots=True)
class _Counted:
    requests: int = 0
    address: str = ""


class KeyUses:
    """Those of one process, by key and endpoint, since they were told last. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counted: dict[tuple[int, str], _Counted] = {}
        self._telling: threading.Thread | None = None
        self._is_due = threading.Event()

    def count(self, key_id: int, endpoint: str, address: str) -> None:
        """One request."""
        with self._lock:
            counted = self._counted.get((key_id, endpoint))
            if counted is None:
                counted = self._counted[key_id, endpoint] = _Counted()
            counted.requests += 1
            counted.address = address

    def take(self) -> dict[tuple[int, str], _Counted]:
        """What was counted; from here on it begins anew."""
        with self._lock:
            counted, self._counted = self._counted, {}
        return counted

    def put_back(self, counted: Mapping[tuple[int, str], _Counted]) -> None:
        """What could not be told."""
        with self._lock:
            for name, one in counted.items():
                newer = self._counted.setdefault(name, _Counted(address=one.address))
                newer.requests += one.requests

    def tell(self) -> int:
        """Add what was counted to the database; how many rows. Where it is away, the next time has it all."""
        counted = self.take()
        if not counted:
            return 0
        try:
            _add(counted, timezone.now())
        except Error as error:
            logger.warning("key_uses_not_told", error=type(error).__name__)
            self.put_back(counted)
            drop_broken_connections()
            return 0
        finally:
            give_back_connection()
        return len(counted)

    def keep_telling(self) -> None:
        """From now on, once a minute, for as long as the process lives."""
        if self._telling is None:
            self._telling = threading.Thread(target=self._tell_for_ever, name="key-uses", daemon=True)
            self._telling.start()

    def tell_soon(self) -> None:
        """For a process that is about to end."""
        self._is_due.set()

    def _tell_for_ever(self) -> None:
        while True:
            self._is_due.wait(_TELL_EVERY_SECONDS)
            self._is_due.clear()
            try:
                self.tell()
            except Exception:  # counting is no reason to stop counting
                logger.exception("key_uses_not_told")


key_uses = KeyUses()


def forget_uses_before(day: date) -> int:
    """Of days that nobody looks at any more."""
    return ApiKeyUse.objects.filter(day__lt=day).delete()[0]


def _add(counted: Mapping[tuple[int, str], _Counted], moment: datetime) -> None:
    """One statement. A key that is gone since has no uses."""
    columns = _columns(counted)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO api_key_uses (key_id, day, endpoint, requests, last_address, last_used_at) "
            "SELECT told.key_id, %s, told.endpoint, told.requests, told.address, %s "
            "FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::text[]) AS told(key_id, endpoint, requests, address) "
            "JOIN api_keys ON api_keys.id = told.key_id ORDER BY told.key_id, told.endpoint "
            "ON CONFLICT (key_id, day, endpoint) DO UPDATE SET requests = api_key_uses.requests + excluded.requests, "
            "last_address = excluded.last_address, last_used_at = excluded.last_used_at",
            [timezone.localdate(moment), moment, *columns],
        )


def _columns(counted: Mapping[tuple[int, str], _Counted]) -> Iterable[list[int] | list[str]]:
    """In one order for all processes, so that two never wait for each other."""
    ordered = sorted(counted.items())
    return (
        [key_id for (key_id, _), _ in ordered], [endpoint for (_, endpoint), _ in ordered],
        [one.requests for _, one in ordered], [one.address for _, one in ordered],
    )  # fmt: skip
