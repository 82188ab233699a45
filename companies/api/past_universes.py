"""The companies of past days, and as they were known at past revisions, held in memory like those of now.

A backtest walks over many days, of which neighbours differ by a few companies: the answer of a version is made once and is part
of every day on which it held; only the day itself is put in as the answer is sent. What a revision says of the past never
changes, so that nothing of it has to be asked for again.
"""

import threading
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from itertools import islice
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F, Window
from django.db.models.functions import DenseRank

from api.generations import read_generations
from companies.api import rows
from companies.api.day_universe import DayUniverse, Ranks, fragment_of_any_day
from companies.api.universe import Universe, answer_fragment
from companies.issuers.told import ToldFacts, load_told
from companies.known.reading import find_day_in_force
from companies.known.revision import known_at
from companies.ledger.ledger_day import find_ledger_day, is_open_on, place_shown
from companies.models import KnownEntry, KnownVersion, LedgerRevision
from companies.recorded import touched_in

#: Revisions, days of each, and versions of each (about 1.5 KB apiece) that are held. A day and what lies around it are a third of these:
#: with fewer each day would drive out the one before.
_MAX_REVISIONS, _MAX_DAYS, _MAX_VERSIONS = 3, 16, 30_000
# Who walks on finds the versions of so many days before and after.
_AHEAD = timedelta(days=100)
_FIRST_DAYS = "SELECT company_code, min(lower(validity)) FROM known_versions GROUP BY company_code"
_PRESENCES = """
    SELECT company_code, array_agg(lower(validity) ORDER BY validity),
        array_agg(coalesce(upper(validity), '9999-12-31') ORDER BY validity)
    FROM known_versions GROUP BY company_code ORDER BY company_code
"""


#: A version as known at a revision: its code and first day.
Key = tuple[str, date]


class MastersChanged(Exception):
    """The names of codes are others now than those that the answer is to be made with."""


class KnownPast:
    """What was known at one revision. `masters` is the generation of the names of codes, `state` as of `companies.api.universe`."""

    def __init__(self, revision: int, state: str) -> None:
        self.revision, self._state = revision, state
        self._lock = threading.Lock()
        self._versions: dict[Key, dict[str, Any]] = {}
        # With what was told beside the version, by the day since which that was.
        self._answers: dict[tuple[Key, date | None], tuple[dict[str, Any], bytes]] = {}
        self._days: OrderedDict[date, DayUniverse] = OrderedDict()

    @cached_property
    def _recorded_at(self) -> dict[date, datetime]:
        """When the list of each day was recorded that held for it; days oldest first."""
        entries = KnownEntry.objects.order_by("date_in_force")
        with known_at(self.revision):
            return dict(entries.values_list("date_in_force", "entry__recorded_at"))

    @cached_property
    def _shown_on(self) -> date | None:
        return find_ledger_day(self.revision)

    @cached_property
    def _list_days(self) -> list[date]:
        return list(self._recorded_at)

    @cached_property
    def _presences(self) -> list[tuple[str, list[date], list[date]]]:
        """In the order of the codes: code, first days, and days after the last, of its versions, oldest first."""
        with known_at(self.revision), connection.cursor() as cursor:
            cursor.execute(_PRESENCES)
            return list(cursor.fetchall())

    @cached_property
    def _first_days(self) -> dict[str, date]:
        with known_at(self.revision), connection.cursor() as cursor:
            cursor.execute(_FIRST_DAYS)
            return dict(cursor.fetchall())

    @cached_property
    def _told(self) -> ToldFacts:
        with known_at(self.revision):
            return load_told(self.revision)

    def on(self, day: date) -> DayUniverse:
        """The companies listed on a day. Raises `SnapshotNotFound` before the first list, and `MastersChanged`."""
        list_day = find_day_in_force(self._list_days, day)
        # The same until the next list, or until something else is told beside the lists.
        since = max(list_day, self._told.last_change(day) or list_day)
        with self._lock:
            found = self._days.pop(since, None) or self._load_day(list_day, since)
            self._days[since] = found
            while len(self._days) > _MAX_DAYS:
                self._days.popitem(last=False)
        return found

    def held_universe(self, day: date | None) -> Universe | None:
        """What `on` gives for a day, or `companies` (`None`), where it was asked for before. Raises `SnapshotNotFound`."""
        if day is None:
            held: Universe | None = self.__dict__.get("companies")
            return held
        if "_recorded_at" not in self.__dict__ or "_told" not in self.__dict__:
            return None
        list_day = find_day_in_force(self._list_days, day)
        return self._days.get(max(list_day, self._told.last_change(day) or list_day))

    @cached_property
    def companies(self) -> Universe:
        """All companies that were known, in the state that was their latest. Raises `MastersChanged`."""
        latest = KnownVersion.objects.order_by("code", "-validity").distinct("code")
        if self._shown_on is not None:
            latest = latest.filter(validity__startswith__lte=self._shown_on)
        with known_at(self.revision), connection.cursor() as cursor:
            self._check_masters()
            found = {version["code"]: version for version in rows.known_versions(latest)}
            cursor.execute(touched_in(), {"revision": self.revision})
            moments = dict(LedgerRevision.objects.values_list("number", "recorded_at"))
            touched = {code: moments[number] for code, number in cursor}
            ranks = _ranks_of(KnownVersion.objects.filter(pk__in=[version["id"] for version in found.values()]))
        companies = [self._latest_row(version, touched[code], ranks[code]) for code, version in found.items()]
        fragments = [answer_fragment(company) for company in companies]
        return Universe(companies, fragments, state=self._state, revision=self.revision)

    def _latest_row(
        self, version: dict[str, Any], changed_at: datetime, ranks: tuple[int, int | None]
    ) -> dict[str, Any]:
        until, days = version["valid_until"], self._list_days
        is_active = is_open_on(until, self._shown_on)
        last_day = days[place_shown(days, self._shown_on)] if is_active else days[bisect_left(days, until) - 1]
        return rows.known_company(
            version, self._told.latest(version["code"], last_day, is_active=is_active), first_seen_on=self._first_days[version["code"]],
            last_seen_on=last_day, changed_at=changed_at, is_active=is_active, name_rank=ranks[0], scale_rank=ranks[1],
        )  # fmt: skip

    def _load_day(self, list_day: date, day: date) -> DayUniverse:
        """The companies of a list, with what was told beside it on a day."""
        # Who asks for a second day walks on: then it pays to know when every version began and ended.
        keys = list(self._keys_on(list_day)) if self._days else None
        if keys is None or len(self._answers) > _MAX_VERSIONS - len(keys):
            self._versions.clear()
            self._answers.clear()
        missing = keys is None or any(key not in self._versions for key in keys)
        if missing:
            with known_at(self.revision):
                self._check_masters()
                for version in rows.known_versions(self._versions_to_load(list_day, keys)):
                    self._versions[version["code"], version["valid_from"]] = version
        if keys is None:
            keys = list(self._versions)
        held = [self._answer(key, day) for key in keys]
        return DayUniverse(
            list_day, [row for row, _ in held], [fragment for _, fragment in held], state=self._state,
            revision=self.revision, load_ranks=lambda: self._load_ranks(list_day),
        )  # fmt: skip

    def _versions_to_load(self, day: date, keys: Sequence[Key] | None) -> Any:
        """Those of the first day; later what is missing, with what begins or ends soon before or after. Of a revision that is past
        their rows may be moved to another table at any time: they are found by code and first day.
        """
        if keys is None:
            return KnownVersion.objects.as_of(day).order_by("code")
        missing = {code for code, start in keys if (code, start) not in self._versions}
        around = islice(self._codes_around(day), _MAX_VERSIONS // 10)
        near = DateRange(day - _AHEAD, day + _AHEAD)
        return KnownVersion.objects.filter(code__in=missing.union(around), validity__overlap=near)

    def _keys_on(self, day: date) -> Iterator[Key]:
        """The versions that held on a day, in the order of the codes."""
        for code, starts, ends in self._presences:
            place = bisect_right(starts, day) - 1
            if place >= 0 and day < ends[place]:
                yield code, starts[place]

    def _codes_around(self, day: date) -> Iterator[str]:
        """Of companies that changed soon before or after, and are not held."""
        for code, starts, ends in self._presences:
            near = range(bisect_right(ends, day - _AHEAD), bisect_right(starts, day + _AHEAD))
            if any((code, starts[place]) not in self._versions for place in near):
                yield code

    def _answer(self, key: Key, day: date) -> tuple[dict[str, Any], bytes]:
        """Row and answer of a version, with what was told beside it on a day, but without the day: who was listed was so by the
        list in force.
        """
        code, valid_from = key
        since = self._told.last_change_of(code, day)
        found = self._answers.get((key, since))
        if found is None:
            row = rows.known_company(
                self._versions[key], self._told.on(code, day), first_seen_on=self._first_days[code], last_seen_on=None,
                is_active=True, changed_at=self._recorded_at[valid_from],
            )  # fmt: skip
            found = self._answers[key, since] = (row, fragment_of_any_day(row))
        return found

    def _load_ranks(self, list_day: date) -> Ranks:
        with known_at(self.revision):
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


def held_past(revision: int, state: str) -> KnownPast | None:
    """The same, where it was asked for before."""
    return _held.get((revision, state))


def _masters_of(state: str) -> str:
    return state.partition(".")[2]


def _ranks_of(versions: Any) -> Ranks:
    """By code the places of name and size: the database's collation decides how texts are ordered."""
    ranked = versions.annotate(
        name_rank=Window(DenseRank(), order_by=F("company_name").asc()),
        scale_rank=Window(DenseRank(), order_by=F("scale_category").asc()),
    )
    return {code: ranks for code, *ranks in ranked.values_list("code", "name_rank", "scale_rank")}
