"""The official client of the protocol, as agents' programs use it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import httpx2
from mcp import Client, StdioServerParameters, types
from mcp.client.streamable_http import streamable_http_client

from tests.forking import start_program

PROJECT = Path(__file__).resolve().parents[2]
Found = TypeVar("Found")
Ask = Callable[[Client], Awaitable[Found]]
#: Of the protocol: the newest that both speak, and with the handshake that most programs still begin with.
MODES = ("auto", "legacy")


@dataclass
class Told:
    """What came over HTTP beside the protocol's messages."""

    responses: list[httpx2.Response]


def over_http(url: str, ask: Ask[Found], *, mode: str = "auto", told: Told | None = None, **headers: str) -> Found:
    """What `ask` finds with a client of the server at `url`; headers by their names with `_`."""

    async def note(response: httpx2.Response) -> None:
        if told is not None:
            told.responses.append(response)

    async def connect() -> Found:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        http = httpx2.AsyncClient(headers=sent, timeout=60, event_hooks={"response": [note]})
        async with http, Client(streamable_http_client(f"{url}/mcp", http_client=http), mode=mode) as client:
            return await ask(client)

    return asyncio.run(connect())


def over_stdio(environment: dict[str, str], ask: Ask[Found], *, mode: str = "auto") -> Found:
    """The same with `manage.py mcp`, which the client starts and ends."""
    command = StdioServerParameters(command=sys.executable, args=["manage.py", "mcp"], env=environment, cwd=PROJECT)
    return asyncio.run(_ask(command, ask, mode))


def over_forked_stdio(environment: dict[str, str], ask: Ask[Found], *, mode: str = "auto") -> Found:
    """The same with one that has imported the product already: what the client starts is the line to it, and ends with its input."""

    def start(heard: Path, said: Path) -> "subprocess.Popen[bytes]":
        # Each is open when the other end of the line is.
        with heard.open("rb") as stdin, said.open("wb") as stdout:
            return start_program(["manage.py", "mcp"], environment, stdin=stdin.fileno(), stdout=stdout.fileno())

    with TemporaryDirectory() as directory, ThreadPoolExecutor(1) as starter:
        heard, said = Path(directory, "heard"), Path(directory, "said")
        for end in (heard, said):
            os.mkfifo(end)
        line = StdioServerParameters(command="sh", args=["-c", 'cat "$1" & exec cat > "$0"', str(heard), str(said)])
        started = starter.submit(start, heard, said)
        found = asyncio.run(_ask(line, ask, mode))
        assert started.result().wait(60) == 0
    return found


async def _ask(command: StdioServerParameters, ask: Ask[Found], mode: str) -> Found:
    async with Client(command, mode=mode) as client:
        return await ask(client)


def call(name: str, **arguments: Any) -> Ask[types.CallToolResult]:
    """One tool; `from_` is the argument `from`."""

    async def ask(client: Client) -> types.CallToolResult:
        return await client.call_tool(name, {key.rstrip("_"): value for key, value in arguments.items()})

    return ask


def text_of(result: types.CallToolResult) -> str:
    [*texts] = [block.text for block in result.content if isinstance(block, types.TextContent)]
    return texts[0]


@dataclass(frozen=True)
class Answer:
    """Of the REST API, or of `/mcp` without a client."""

    status: int
    headers: httpx2.Headers
    body: bytes

    @property
    def error(self) -> Any:
        return json.loads(self.body)["error"]


def rest(url: str, path: str, key: str, **headers: str) -> Answer:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return _answer(httpx2.get(f"{url}/api/v1/{path}", headers={"X-API-Key": key, **sent}, timeout=60))


def post(url: str, body: bytes | dict[str, Any], **headers: str) -> Answer:
    """What a program sends that speaks the protocol by itself."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return _answer(httpx2.post(f"{url}/mcp", content=content, headers=sent, timeout=60))


def message(method: str, **params: Any) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}


def call_message(name: str, **arguments: Any) -> dict[str, Any]:
    return message("tools/call", name=name, arguments=arguments)


def _answer(found: httpx2.Response) -> Answer:
    return Answer(found.status_code, found.headers, found.content)
