"""What a history is recorded in: two servers of two processes each, a notifier, hands that write, and receivers of webhooks."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.fakes.receiver import Receiver
from tests.ports import free_port
from tests.recorded_history.asking import Line, digest_of_bytes
from tests.recorded_history.followers import Follower
from tests.recorded_history.going_on import going_on_from
from tests.recorded_history.hand import Hand, HandFailed
from tests.recorded_history.history import Arrival, Copy, History, Subscription
from tests.server import Server, serve_at
from tests.subscriptions.notifier import Notifier
from tests.syncjobs.worker import wait_until

CODES = [str(code) for code in range(7201, 7221)]
RECEIVERS = ("/one", "/two")
_CLAIM_SECONDS = "5"
_SETTLED_SECONDS = 90


@dataclass
class World:
    """Of one database and its Redis, which `environment` names. `course` counts its restores."""

    directory: Path
    environment: Mapping[str, str]
    receiver: Receiver
    history: History = field(default_factory=History)
    course: int = 0
    servers: list[Server] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.more = {**self.environment, "ALLOW_PRIVATE_RECEIVERS": "true", "DELIVERY_CLAIM_SECONDS": _CLAIM_SECONDS}
        self.ports = [free_port(), free_port()]
        self.begin_hands()
        self.queue = f"deliveries-{self.directory.name}"
        self.notifier = Notifier(self.directory / "notifier.log", queue=self.queue, **self.more)
        self._heard = 0
        #: From a receiver's clock to that of a history; one for all, or arrivals could change places.
        self._clocks_apart = time.monotonic() - time.time()

    def hand(self, name: str) -> Hand:
        return Hand(self.directory / f"{name}.log", self.more)

    def begin_hands(self) -> None:
        """New processes."""
        self.writers = [self.hand(f"writer-{number}") for number in (1, 2)]
        self.helper = self.hand("helper")

    def begin(self) -> None:
        """A first list, a key for everything, and receivers that are told from now on."""
        for number in (1, 2):
            self.helper.ask("apply", day=f"2024-04-0{number}", codes=CODES, name=f"はじめ {number}")
        self.key = str(self.helper.ask("key")["key"])
        self.follow()

    def follow(self) -> None:
        """Have the receivers told of each revision from now on."""
        began = time.monotonic()
        ended = self.helper.ask("follow", urls=[self.receiver.url(path) for path in RECEIVERS])["ended"]
        for path in RECEIVERS:
            self.history.note(Subscription(client=path, began=began, ended=ended, course=self.course))

    def lines(self) -> list[Line]:
        """One to each server."""
        return [Line(port, self.key) for port in self.ports]

    def follower(self, name: str, **sizes: int) -> Follower:
        return Follower(name, self.lines(), self.history, **sizes)

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Both servers and the notifier, which is asked as often as a test has patience for."""
        with ExitStack() as running:
            for number, port in enumerate(self.ports):
                place = self.directory / f"server-{number}"
                place.mkdir(exist_ok=True)
                self.servers.append(running.enter_context(serve_at(port, place, workers=2, **self.more)))
            running.callback(self.servers.clear)
            self.notifier.start()
            running.callback(self.notifier.kill)
            is_over = threading.Event()
            asking = threading.Thread(target=self._tell_until, args=(is_over,), daemon=True)
            asking.start()
            running.callback(asking.join)
            running.callback(is_over.set)
            yield

    def _tell_until(self, end: threading.Event) -> None:
        while not end.wait(0.5):
            with suppress(HandFailed):
                self.helper.ask("tell", queue=self.queue)

    def newest(self) -> int:
        """The number of the last revision."""
        return int(self.helper.ask("newest")["revision"])

    def settle(self, followers: list[Follower]) -> None:
        """Until everybody knows of everything; and what the ledger says of the points at which copies were looked at."""
        wait_until(self._knows_the_database)
        newest = self.newest()
        for follower in followers:
            wait_until(partial(self._has_followed, follower, newest), partial(vars, follower), _SETTLED_SECONDS)
        wait_until(lambda: self._is_told(newest), self._tell, _SETTLED_SECONDS)
        for revision in sorted({copy.revision for copy in self.history.of(Copy) if copy.course == self.course}):
            began = time.monotonic()
            digest = self.helper.ask("ledger_at", revision=revision)["digest"]
            self.history.note(
                Copy(
                    client="ledger", began=began, ended=time.monotonic(), course=self.course, revision=revision, digest=digest,
                    is_of_ledger=True,
                )
            )  # fmt: skip

    def begin_round(self, followers: list[Follower]) -> None:
        """After all knew of everything, and what was written down was judged."""
        self.history = going_on_from(self.history)
        for follower in followers:
            follower.history = self.history

    def hear(self) -> None:
        """Write down what arrived since, in the order in which it was read."""
        arrived = self.receiver.received[self._heard :]
        self._heard += len(arrived)
        for one in arrived:
            told = one.json()["data"]
            at = one.at + self._clocks_apart
            self.history.note(
                Arrival(
                    client=one.path, began=at, ended=at, course=self.course, webhook_id=one.webhook_id,
                    revision=told["revision"], digest=digest_of_bytes(one.body),
                )
            )  # fmt: skip

    def _knows_the_database(self) -> bool:
        """Once more after it was away."""
        with suppress(HandFailed):
            return bool(self.newest())
        return False

    def _has_followed(self, follower: Follower, newest: int) -> bool:
        """To the end; whether nothing was left out on the way is for the laws to say."""
        if not follower.is_at_end or follower.newest < newest:
            follower.read_page(follower.lines[0])
        return follower.is_at_end and follower.newest >= newest

    def _is_told(self, newest: int) -> bool:
        self.hear()
        return self._newest_heard() >= newest

    def _newest_heard(self) -> int:
        heard = [one for one in self.history.of(Arrival) if one.course == self.course]
        return min(max((one.revision for one in heard if one.client == path), default=0) for path in RECEIVERS)

    def _tell(self) -> str:
        return f"{self.receiver.ids('/one')[-3:]} {self.notifier.log()[-3000:]}"

    def end(self) -> None:
        for hand in (*self.writers, self.helper):
            hand.end()
