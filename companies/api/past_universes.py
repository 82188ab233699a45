"""The companies of past days, and as they were known at past revisions, held in memory like those of now.

A backtest walks over many days, of which neighbours differ by a few companies: the answer of a version is made once and is part
of every day on which it held; only the day itself is put in as the answer is sent. What a revision says of the past never
changes, so that nothing of it has to be asked for again.
"""

import json
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.models import F, Window
from django.db.models.functions import DenseRank

from api.generations import read_generations
from companies.api import rows
from companies.api.universe import Positions, Universe, answer_fragment
from companies.known.reading import find_day_in_force
from companies.known.revision import known_at
from companies.models import KnownEntry, KnownVersion, LedgerRevision

#: Revisions, days of each, and versions of each (about 1.5 KB apiece) that are held.
_MAX_REVISIONS, _MAX_DAYS, _MAX_VERSIONS = 3, 16, 30_000
# Not in JSON, whatever a company is called: the day is put in its place.
_DAY = b"\xff"
_OF_THE_DAY = ("reference_date", "last_seen_on")
_FIRST_DAYS = "SELECT company_code, min(lower(validity)) FROM known_versions GROUP BY company_code"
# What is taken back was told, too.
_TOUCHED = """
    SELECT code, max(number) FROM (
        SELECT company_code AS code, recorded_in AS number FROM company_versions WHERE recorded_in <= %(revision)s
        UNION ALL SELECT company_code, recorded_in FROM withdrawn_versions WHERE recorded_in <= %(revision)s
        UNION ALL SELECT company_code, withdrawn_in FROM withdrawn_versions WHERE withdrawn_in <= %(revision)s
    ) AS touched GROUP BY code
"""


class MastersChanged(Exception):
    """The names of codes are others now than those that the answer is to be made with."""


class DayUniverse(Universe):
    """The companies listed on a day, by the list that was in force."""

    def __init__(
        self, list_day: date, versions: Sequence[Mapping[str, Any]], fragments: Sequence[bytes], *,
        state: str, revision: int, load_ranks: Callable[[], dict[str, tuple[int, int | None]]],
    ) -> None:  # fmt: skip
        super().__init__(versions, fragments, state=state, revision=revision)
        self._day, self._load_ranks = list_day, load_ranks

    @cached_property
    def _ranks(self) -> dict[str, tuple[int, int | None]]:
        return self._load_ranks()

    def find(self, code: str) -> bytes | None:
        """With the day put in."""
        found = super().find(code)
        return None if found is None else found.replace(_DAY, self._day_bytes)

    def join(self, positions: Positions) -> bytes:
        """With the day put in."""
        return super().join(positions).replace(_DAY, self._day_bytes)

    def rows(self, positions: Positions) -> Iterator[dict[str, Any]]:
        """With the day put in."""
        of_the_day = dict.fromkeys(_OF_THE_DAY, self._day)
        return ({**row, **of_the_day} for row in super().rows(positions))

    @property
    def _day_bytes(self) -> bytes:
        return self._day.isoformat().encode()

    def _sort_key(self, field: str) -> Callable[[int], Any]:
        if field in ("company_name", "scale_category"):
            place = 0 if field == "company_name" else 1
            return lambda position: self._ranks[self._rows[position]["code"]][place]
        return super()._sort_key(field)


class KnownPast:
    """What was known at one revision. `masters` is the generation of the names of codes, `state` as of `companies.api.universe`."""

    def __init__(self, revision: int, state: str) -> None:
        self._revision, self._state = revision, state
        self._lock = threading.Lock()
        self._versions: dict[int, tuple[dict[str, Any], bytes]] = {}
        self._days: OrderedDict[date, DayUniverse] = OrderedDict()

    @cached_property
    def _recorded_at(self) -> dict[date, datetime]:
        """When the list of each day was recorded that held for it; days oldest first."""
        entries = KnownEntry.objects.order_by("date_in_force")
        with known_at(self._revision):
            return dict(entries.values_list("date_in_force", "entry__recorded_at"))

    @cached_property
    def _list_days(self) -> list[date]:
        return list(self._recorded_at)

    @cached_property
    def _first_days(self) -> dict[str, date]:
        with known_at(self._revision), connection.cursor() as cursor:
            cursor.execute(_FIRST_DAYS)
            return dict(cursor.fetchall())

    def on(self, day: date) -> DayUniverse:
        """The companies listed on a day. Raises `SnapshotNotFound` before the first list, and `MastersChanged`."""
        list_day = find_day_in_force(self._list_days, day)
        with self._lock:
            found = self._days.pop(list_day, None) or self._load_day(list_day)
            self._days[list_day] = found
            while len(self._days) > _MAX_DAYS:
                self._days.popitem(last=False)
        return found

    @cached_property
    def companies(self) -> Universe:
        """All companies that were known, in the state that was their latest. Raises `MastersChanged`."""
        latest = KnownVersion.objects.order_by("code", "-validity").distinct("code")
        with known_at(self._revision), connection.cursor() as cursor:
            self._check_masters()
            found = {version["code"]: version for version in rows.known_versions(latest)}
            cursor.execute(_TOUCHED, {"revision": self._revision})
            moments = dict(LedgerRevision.objects.values_list("number", "recorded_at"))
            touched = {code: moments[number] for code, number in cursor}
            ranks = _ranks_of(KnownVersion.objects.filter(pk__in=[version["id"] for version in found.values()]))
        companies = [self._latest_row(version, touched[code], ranks[code]) for code, version in found.items()]
        fragments = [answer_fragment(company) for company in companies]
        return Universe(companies, fragments, state=self._state, revision=self._revision)

    def _latest_row(
        self, version: dict[str, Any], changed_at: datetime, ranks: tuple[int, int | None]
    ) -> dict[str, Any]:
        until = version["valid_until"]
        days = self._list_days
        last_day = days[-1] if until is None else days[bisect_left(days, until) - 1]
        return rows.known_company(
            version, first_seen_on=self._first_days[version["code"]], last_seen_on=last_day, changed_at=changed_at,
            is_active=until is None, name_rank=ranks[0], scale_rank=ranks[1],
        )  # fmt: skip

    def _load_day(self, list_day: date) -> DayUniverse:
        of_the_day = KnownVersion.objects.as_of(list_day).order_by("code")
        with known_at(self._revision):
            self._check_masters()
            found = list(of_the_day.values_list("pk", flat=True))
            if len(self._versions) + len(found) > _MAX_VERSIONS:
                self._versions.clear()
            missing = [pk for pk in found if pk not in self._versions]
            for version in rows.known_versions(KnownVersion.objects.filter(pk__in=missing)) if missing else ():
                self._versions[version["id"]] = self._made(version)
        held = [self._versions[pk] for pk in found]
        return DayUniverse(
            list_day, [row for row, _ in held], [fragment for _, fragment in held], state=self._state,
            revision=self._revision, load_ranks=lambda: self._load_ranks(list_day),
        )  # fmt: skip

    def _made(self, version: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Row and answer of a version, without the day: who was listed was so by the list in force."""
        row = rows.known_company(
            version, first_seen_on=self._first_days[version["code"]], last_seen_on=None, is_active=True,
            changed_at=self._recorded_at[version["valid_from"]],
        )  # fmt: skip
        parts = (
            _DAY.join((f'"{field}":"'.encode(), b'"')) if field in _OF_THE_DAY else _member(field, row[field])
            for field in rows.COMPANY_FIELDS
        )
        return row, b"{%b}" % b",".join(parts)

    def _load_ranks(self, list_day: date) -> dict[str, tuple[int, int | None]]:
        with known_at(self._revision):
            return _ranks_of(KnownVersion.objects.as_of(list_day))

    def _check_masters(self) -> None:
        if str(read_generations().masters) != _masters_of(self._state):
            raise MastersChanged(self._state)


_lock = threading.Lock()
_held: OrderedDict[tuple[int, str], KnownPast] = OrderedDict()


def known_past(revision: int, state: str) -> KnownPast:
    """What was known at a revision that there is, with the names that codes have in a state of the data."""
    key = (revision, state)
    with _lock:
        found = _held.pop(key, None) or KnownPast(revision, state)
        _held[key] = found
        while len(_held) > _MAX_REVISIONS:
            _held.popitem(last=False)
    return found


def _masters_of(state: str) -> str:
    return state.partition(".")[2]


def _member(field: str, value: Any) -> bytes:
    return f'"{field}":{json.dumps(value, ensure_ascii=False, default=str)}'.encode()


def _ranks_of(versions: Any) -> dict[str, tuple[int, int | None]]:
    """By code the places of name and size: the database's collation decides how texts are ordered."""
    ranked = versions.annotate(
        name_rank=Window(DenseRank(), order_by=F("company_name").asc()),
        scale_rank=Window(DenseRank(), order_by=F("scale_category").asc()),
    )
    return {code: ranks for code, *ranks in ranked.values_list("code", "name_rank", "scale_rank")}
