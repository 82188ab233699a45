"""Who does what at the same time: writers, readers, those who ask for what was known, makers, and callers up to a limit."""

import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from urllib.parse import quote
from uuid import uuid4

from tests.recorded_history.asking import Answer, Line, read
from tests.recorded_history.hand import Hand, HandFailed
from tests.recorded_history.history import Commit, Count, Post, Request
from tests.recorded_history.world import CODES, World

Work = Callable[[threading.Event], None]

_COMPANIES = "/api/v1/companies"
#: Answered by the front from memory, by the front from what Django made, by Django, and as a file.
RESOURCES = (
    f"{_COMPANIES}/7201", f"{_COMPANIES}?limit=3", f"{_COMPANIES}/search?q=7201", f"{_COMPANIES}/events?limit=5",
    f"{_COMPANIES}/7201/history", f"{_COMPANIES}/export?format=ndjson",
)  # fmt: skip
#: Where a process may go on with what it has.
_KEPT_AT_HAND = RESOURCES[:3]
_HOW_OFTEN = (6, 6, 3, 3, 3, 1)
_FIRST, _DAYS = date(2024, 4, 1), 60
_LIMIT_WINDOW_SECONDS = 3600
#: Of a reader between two resources: all processors busy with the same answers show less of those who write.
_MOST_PAUSE_SECONDS = 0.04
_numbers = count(1)


@contextmanager
def at_work(*works: Work) -> Iterator[list[BaseException]]:
    """Each in a thread of its own while the block lasts; what one of them raises is in the list, and is raised at its end."""
    end, failures = threading.Event(), list[BaseException]()

    def run(work: Work) -> None:
        try:
            work(end)
        except BaseException as error:  # noqa: BLE001 raised below
            failures.append(error)
            end.set()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield failures
    finally:
        end.set()
        for thread in threads:
            thread.join()
    if failures:
        raise failures[0]


def writer(world: World, hand: Hand, *, withdraws: bool = False) -> Work:
    """Every other list is of the newest day, the rest correct days of before, or take one back. Once a change is acknowledged, whoever
    made it looks at it: on a busy machine others may come to ask only when the next has been made.
    """

    def write(end: threading.Event) -> None:
        lines = world.lines()
        while not end.wait(random.uniform(0.1, 0.7)):
            number = next(_numbers)
            day = _FIRST + timedelta(days=_DAYS if number % 2 else number % _DAYS)
            try:
                if withdraws and number % 8 == 0:
                    told = hand.ask("withdraw", day=day.isoformat())
                else:
                    told = hand.ask(
                        "apply", day=day.isoformat(), codes=CODES[: -(number % 3) or None], name=f"名前 {number}"
                    )
            except HandFailed:
                world.history.miss("Commit")
                continue
            if told["revision"] is not None:
                world.history.note(
                    Commit(
                        client=f"writer {id(hand)}", began=told["began"], ended=told["ended"], course=world.course,
                        revision=told["revision"],
                    )
                )  # fmt: skip
                path = random.choice(_KEPT_AT_HAND)
                for line in lines:
                    read(line, world.history, f"writer {id(hand)}", world.course, path)
        for line in lines:
            line.close()

    return write


def reader(world: World, name: str) -> Work:
    """One resource after the other, over one server after the other; now and then with what it has already."""

    def read_on(end: threading.Event) -> None:
        lines, has = world.lines(), dict[tuple[Line, str], str]()
        while not end.wait(random.uniform(0, _MOST_PAUSE_SECONDS)):
            path = random.choices(RESOURCES, _HOW_OFTEN)[0]
            for line in lines:
                etag = has.get((line, path), "") if random.random() < 0.5 else ""
                answer = read(line, world.history, name, world.course, path, etag=etag)
                if answer.status == 200:
                    has[line, path] = answer.headers["etag"]
        for line in lines:
            line.close()

    return read_on


def rememberer(world: World, name: str) -> Work:
    """Asks for what was known at revisions and moments, and for the same again later."""

    def remember(end: threading.Event) -> None:
        lines, asked = world.lines(), list[tuple[str, str]]()
        newest = 2
        while not end.wait(0.01):
            line = random.choice(lines)
            if not asked or random.random() < 0.4:
                moment = datetime.now(UTC) - timedelta(seconds=0.05)
                known = random.choice(
                    [f"revision={random.randint(2, newest)}", f"known_at={quote(moment.isoformat())}"]
                )
                asked.append((random.choice(RESOURCES[:-1]), known))
            path, known = random.choice(asked[-200:])
            answer = read(line, world.history, name, world.course, path, asked=known)
            newest = max(newest, int(answer.headers.get("x-ledger-revision", 0)))
        for line in lines:
            line.close()

    return remember


def maker(world: World, name: str) -> Work:
    """Sends each request several times, two of them at once, and counts what came of it."""

    def make(end: threading.Event) -> None:
        while not end.wait(0.05):
            key = str(uuid4())
            pair = [threading.Thread(target=_post_until_made, args=(world, line, name, key)) for line in world.lines()]
            for thread in pair:
                thread.start()
            for thread in pair:
                thread.join()
            _post_until_made(world, world.lines()[0], name, key)
            began = time.monotonic()
            try:
                made = world.helper.ask("lists_named", name=key)["made"]
            except HandFailed:
                continue
            world.history.note(
                Count(client=name, began=began, ended=time.monotonic(), course=world.course, key=key, made=tuple(made))
            )

    return make


def _post_until_made(world: World, line: Line, name: str, key: str) -> None:
    """As a program does that has to know: without an answer, or while the first is at work, it sends the same again."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        answer = line.ask(
            "POST", "/api/v1/watch-lists", json.dumps({"name": key, "codes": ["7201"]}), **{"Idempotency-Key": key}
        )
        if answer.status == 201:
            world.history.note(
                Post(
                    client=name, began=answer.began, ended=answer.ended, course=world.course, key=key,
                    made=str(json.loads(answer.body)["id"]), digest=answer.digest,
                )
            )  # fmt: skip
            line.close()
            return
        assert answer.is_none or answer.status == 409, (answer.status, answer.body)
        world.history.miss(f"Post {answer.status}")
        time.sleep(0.02)
    raise AssertionError("a request was never answered")


def limited(world: World, name: str, *, threads: int = 4) -> Work:
    """Key after key up to its limit and beyond, by several callers at once."""

    def use_up(end: threading.Event) -> None:
        while not end.is_set():
            limit = random.choice([40, 90, 200, 400])
            try:
                key = world.helper.ask("key", limit=limit)["key"]
            except HandFailed:
                continue
            numbers = iter(range(limit + 20))
            lock = threading.Lock()
            callers = [
                threading.Thread(target=_ask_while, args=(world, name, key, limit, partial(_next, lock, numbers)))
                for _ in range(threads)
            ]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()

    return use_up


def _next(lock: threading.Lock, numbers: Iterator[int]) -> int | None:
    with lock:
        return next(numbers, None)


def _ask_while(world: World, name: str, key: str, limit: int, take: Callable[[], int | None]) -> None:
    lines = [Line(port, key) for port in world.ports]
    while (number := take()) is not None:
        answer = lines[number % len(lines)].ask("GET", "/api/v1/companies/markets")
        world.history.note(
            Request(
                client=name, began=answer.began, ended=answer.ended, course=world.course, key=key[-6:], limit=limit,
                window_seconds=_LIMIT_WINDOW_SECONDS, is_allowed=_is_allowed(answer),
            )
        )  # fmt: skip
    for line in lines:
        line.close()


def _is_allowed(answer: Answer) -> bool | None:
    return {200: True, 429: False}.get(answer.status)
