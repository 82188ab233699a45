"""How many bytes of large answers wait for their readers: none of those who have all of theirs."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import pytest

from serving.answers import WholeAnswer
from serving.unsent_answers import MAX_BYTES, UnsentAnswers

_MEGABYTE = bytes(1024 * 1024)


@dataclass(frozen=True)
class Scope:
    client: str
    path: str = "/large"


def answer_of(megabytes: int) -> WholeAnswer:
    answer = WholeAnswer()
    answer.take([_MEGABYTE] * megabytes)
    return answer


def run(story: Callable[[UnsentAnswers], Coroutine[Any, Any, None]]) -> None:
    async def told() -> None:
        await story(UnsentAnswers())

    asyncio.run(told())


@pytest.fixture
def reader() -> Any:
    """A connection of this process, and how its other end is called."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        here, address = server.accept()
        with here:
            yield here, f"127.0.0.1:{address[1]}", client


def test_readers_who_are_through_leave_room_at_once() -> None:
    async def story(unsent: UnsentAnswers) -> None:
        quarter = MAX_BYTES // len(_MEGABYTE) // 4
        sent = [asyncio.create_task(unsent.see_sent(answer_of(quarter), Scope(f"192.0.2.1:{n}"))) for n in range(1, 5)]
        await asyncio.sleep(0)
        assert unsent.bytes == MAX_BYTES

        assert unsent.has_room(1)
        assert unsent.bytes == 0
        await asyncio.gather(*sent)
        assert unsent.bytes == 0

    run(story)


def test_who_still_reads_is_counted_and_the_next_has_to_wait(reader: Any) -> None:
    here, name, _client = reader

    async def story(unsent: UnsentAnswers) -> None:
        whole = MAX_BYTES // len(_MEGABYTE)
        sent = asyncio.create_task(unsent.see_sent(answer_of(whole), Scope(name)))
        await asyncio.sleep(0)

        assert not unsent.has_room(1)
        assert unsent.bytes == MAX_BYTES
        here.close()
        await sent
        assert unsent.bytes == 0
        assert unsent.has_room(MAX_BYTES)

    run(story)
