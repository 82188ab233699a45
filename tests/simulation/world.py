"""The world of a simulation: clock, services, programs, outside, and what was promised to somebody and has to hold."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from api.keys import create_api_key
from companies.choices import EventType
from companies.ledger.coming_into_force import find_pending_day
from companies.models import LedgerRevision
from database.connections import drop_broken_connections
from datasources.models import DataSource
from subscriptions.deliveries.models import Delivery
from subscriptions.destinations.making import make_webhook
from subscriptions.models import Subscription
from subscriptions.told.subscribing import subscribe
from syncjobs.models import SyncRun
from tests.factories import make_source
from tests.fakes.jquants import FakeJquants
from tests.laws.issuer_reference import DatedFilers
from tests.simulation.clock import Clock
from tests.simulation.killable import Database, Store
from tests.simulation.market import FIRST, Market
from tests.simulation.programs import TELLING, WORK, Programs, tell, tick
from tests.simulation.replicas import FeedReplica

JAPAN = ZoneInfo("Asia/Tokyo")
_Answer = TypeVar("_Answer")
_QUIET_SECONDS, _PAUSE_SECONDS, _MOST_PAUSES = 4.0, 61, 25
_TELL_EVERY_SECONDS = 0.3
#: A message that was lost is told of again after two minutes, and who is silent for half a minute is ended.
_MOST_PAUSES_WITHOUT_A_SIGN = 6
#: So long a run may wait whose message was taken from the queue a moment ago.
_UNHEARD_SECONDS = 1.0


class Violated(AssertionError):
    """A law does not hold; the message begins with its name."""


@dataclass
class Promises:
    """What was acknowledged, and may never be gone again."""

    entries: set[int] = field(default_factory=set)
    withdrawn: set[int] = field(default_factory=set)
    runs: set[str] = field(default_factory=set)
    revision: int = 0
    #: Rows that somebody has published or uploaded, by source and day.
    published: dict[tuple[str, date], list[frozenset[tuple[str, str | None]]]] = field(default_factory=dict)
    #: The lists of issuers, in the order in which they came.
    filers: list[DatedFilers] = field(default_factory=list)
    #: How often something was killed since all was told, how many answers to messages are spoilt, and how many messages came again.
    interruptions: int = 0
    spoilt_answers: int = 0
    repeated: int = 0
    #: How many answers of the source were spoilt.
    spoilt: int = 0


def _look_for_life(signs: dict[object, tuple[object, int]], pause: int) -> None:
    """A run gives a sign every few seconds, is told again to a worker, or is ended; whatever died meanwhile."""
    for run, *sign in SyncRun.objects.active().values_list("pk", "status", "phase", "heartbeat_at", "enqueued_at"):
        before, since = signs.get(run, (None, pause))
        signs[run] = (sign, since if sign == before else pause)
        if pause - signs[run][1] >= _MOST_PAUSES_WITHOUT_A_SIGN:
            raise Violated(f"nothing is stuck: run {run} gave no sign for {pause - signs[run][1]} minutes: {sign}")


class World:
    """Services and clock outlive a plan; all else is made anew for each."""

    def __init__(self, directory: Path, database: Database, queue: Store, cache: Store) -> None:
        self.directory, self.database, self.queue, self.cache = directory, database, queue, cache
        self.clock = Clock()
        #: The newest revision for which `verify_history` was clean.
        self.proved = 0
        # When beat looked last before all came to rest, and how often the source had been asked for a list by the last look at the laws.
        self.ticked_at, self.asked = timezone.now(), 0

    @contextlib.contextmanager
    def begun(self, seed: int, steps: int) -> Iterator["World"]:
        """For the plan of a seed, which may last so many steps."""
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's backend
        self.database.begin_anew()
        self.queue.forget()
        self.cache.forget()
        self.clock.set(datetime(FIRST.year, FIRST.month, FIRST.day, 7, tzinfo=JAPAN) - timedelta(days=1))
        self.market, self.promises, self.proved = Market(seed), Promises(), 0
        self.market.open(steps // 3 + 10)
        for path in (*self.directory.glob("*-[01].log"), self.directory / "web.log", self.directory / "feed.sqlite3"):
            path.unlink(missing_ok=True)
        self.programs = Programs(self.directory)
        with FakeJquants(lists=dict(self.market.lists), revisions=dict(self.market.revisions)) as self.upstream, self.programs.receiver as self.receiver:  # fmt: skip
            self.upstream.delay_seconds = 0.02
            self._publish()
            self._move_upstream()
            self._set_up()
            self.programs.start()
            self.replica = FeedReplica(
                self.directory / "feed.sqlite3", f"http://127.0.0.1:{self.programs.web.port}", self.key
            )
            try:
                yield self
            finally:
                self.replica.close()
                self.programs.kill()

    def _publish(self) -> None:
        for lists in (self.market.lists, self.market.revisions):
            for day, issues in lists.items():
                self.allow("jquants", day, [(issue.code, issue.company_name) for issue in issues])

    def allow(self, source: str, day: date, rows: list[tuple[str, str | None]]) -> None:
        """Somebody has a list with these codes and names."""
        self.promises.published.setdefault((source, day), []).append(frozenset(rows))

    def _set_up(self) -> None:
        self.person = User.objects.create_superuser("simulation")
        self.source: DataSource = make_source(self.upstream)
        self.key = create_api_key(name="simulation", scopes=["read", "sync", "subscribe"], rate_limit_per_hour=10**7, created_by=self.person)[1]  # fmt: skip
        self.hook, self.secret = make_webhook(owner=self.person, name="receiver", url=self.receiver.url())
        self.subscription: Subscription = subscribe(
            owner=self.person, name="all", destination=self.hook, kinds=EventType.values, includes_history=True
        )

    @staticmethod
    def environment() -> dict[str, str]:
        """Of a program that a person starts."""
        return {**os.environ, "LOG_LEVEL": "ERROR"}

    # --- Time -------------------------------------------------------------------------------------------------------

    def today(self) -> date:
        return timezone.localdate()

    def move(self, seconds: float) -> None:
        self.clock.move(seconds)
        self._move_upstream()

    def move_to(self, hour: int, minute: int) -> None:
        """The next time that a clock in Japan shows it."""
        now = timezone.localtime()
        moment = now.replace(hour=hour, minute=minute, second=5, microsecond=0)
        if moment <= now:
            moment += timedelta(days=1)
        self.move((moment - now).total_seconds())

    def _move_upstream(self) -> None:
        self.upstream.at(timezone.now())

    # --- Rest ---------------------------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Have the programs do all that is to be done, as beat does; where somebody was killed that takes pauses, which pass at once."""
        signs = dict[object, tuple[object, int]]()
        for pause in range(_MOST_PAUSES):
            self.ticked_at = timezone.now()
            tick()
            if self._becomes_quiet():
                return
            self.safely(lambda: _look_for_life(signs, pause))  # noqa: B023 called at once
            self.move(_PAUSE_SECONDS)
        raise Violated(f"nothing is stuck: {self.unrest()}")

    def _becomes_quiet(self) -> bool:
        began = told_at = time.monotonic()
        while time.monotonic() < began + _QUIET_SECONDS:
            if not self.safely(self.unrest):
                return True
            if time.monotonic() > began + _UNHEARD_SECONDS and self.safely(self._is_unheard):
                return False
            if time.monotonic() > told_at + _TELL_EVERY_SECONDS:
                tell()
                told_at = time.monotonic()
            time.sleep(0.03)
        return False

    def _is_unheard(self) -> bool:
        """Whether there is nothing left but runs that wait, and no message that tells of them: more of them comes with time alone."""
        active = SyncRun.objects.active()
        return len(self.unrest()) == active.filter(status="queued").count() and not self.queue.length(WORK)

    def unrest(self) -> list[object]:
        """What is still to be done."""
        found: list[object] = [
            (queue, waiting) for queue in (WORK, TELLING) if (waiting := self.queue.length(queue))
        ]  # fmt: skip
        found += SyncRun.objects.active().values_list("pk", "status", "phase")
        pending = find_pending_day()
        if pending is not None and pending <= self.today():
            found.append(("not in force", pending))
        newest = LedgerRevision.objects.values_list("number", flat=True).first() or 0
        told = Subscription.objects.get().told_revision
        if told < newest:
            found.append(("told", told, "of", newest))
        # One that failed is tried again after a pause that may last for hours.
        due = Delivery.objects.filter(status="waiting", destination__next_attempt_at__lte=timezone.now())
        found += due.values_list("pk", "attempts", "message__revision")
        return found

    def safely(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask once more where the database was away."""
        try:
            return ask()
        except (OperationalError, InterfaceError):
            drop_broken_connections()
            return ask()
