"""One exchange of the protocol's Streamable HTTP, by the official SDK: a request in, its JSON answer out, nothing kept.

Each exchange has an event loop of its own, in the thread that has the request: it lives for a millisecond or two, and takes
part in none of the server's.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from wsgiref.types import WSGIEnvironment

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import MCPError

from agents.rest import RestAnswer
from api.front.headers import Headers

#: What is taken of one message: a thousand codes are eight kilobytes.
MAX_BYTES = 256 * 1024
#: REST has answered by then: all that is left is to read one message and to write another.
_SECONDS = 20.0
_CALL = "meigara.call"


@dataclass(frozen=True, slots=True)
class Message:
    """What is read of a message ahead of the SDK, which judges whether it is right."""

    method: str = ""
    id: str | int | None = None
    tool: str = ""
    arguments: Mapping[str, Any] | None = None

    @property
    def is_call(self) -> bool:
        return self.arguments is not None


class Spoken(NamedTuple):
    """An answer of the SDK."""

    status: int
    headers: Headers
    body: bytes


def read_message(body: bytes) -> Message:
    """An empty one where it is none."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return Message()
    if not isinstance(found, dict):
        return Message()
    method, number, params = found.get("method"), found.get("id"), found.get("params")
    method = method if isinstance(method, str) else ""
    number = number if isinstance(number, str | int) and not isinstance(number, bool) else None
    if method != "tools/call" or not isinstance(params, dict) or not isinstance(params.get("name"), str):
        return Message(method, number)
    arguments = params.get("arguments") or {}
    return (
        Message(method, number, params["name"], arguments) if isinstance(arguments, dict) else Message(method, number)
    )


def speak(server: Server[Any], environ: WSGIEnvironment, body: bytes, message: Message, answer: RestAnswer) -> Spoken:
    """What the SDK answers to a request, given what REST answered to its message. Raises `TimeoutError`."""
    return asyncio.run(_speak(server, environ, body, {_CALL: (message, answer)}))


async def find_prepared(request: Any, name: str, arguments: dict[str, Any]) -> RestAnswer:
    """The answer that REST gave ahead of the SDK; for `server.make_server`."""
    message, answer = request.scope[_CALL]
    if (message.tool, message.arguments) != (name, arguments):
        raise MCPError(types.INVALID_PARAMS, "the message cannot be read in one way only")
    found: RestAnswer = answer
    return found


async def _speak(server: Server[Any], environ: WSGIEnvironment, body: bytes, more: dict[str, Any]) -> Spoken:
    manager = StreamableHTTPSessionManager(server, json_response=True, stateless=True, max_request_body_size=MAX_BYTES)
    waiting = [{"type": "http.request", "body": body, "more_body": False}]
    sent: list[Any] = []

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()  # the client stays until it is answered
        return waiting.pop()

    async def send(event: Any) -> None:
        sent.append(event)

    async with asyncio.timeout(_SECONDS), manager.run():
        await manager.handle_request(_scope_of(environ) | more, receive, send)
    head = sent[0]
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in head.get("headers", ())]
    return Spoken(head["status"], headers, b"".join(event.get("body", b"") for event in sent[1:]))


def _scope_of(environ: WSGIEnvironment) -> dict[str, Any]:
    """The request as ASGI has it."""
    headers = [
        (name.removeprefix("HTTP_").replace("_", "-").lower().encode(), value.encode("latin-1", "replace"))
        for name, value in environ.items()
        if name.startswith("HTTP_") or name == "CONTENT_TYPE"
    ]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": environ["REQUEST_METHOD"],
        "scheme": environ["wsgi.url_scheme"], "path": environ["PATH_INFO"], "raw_path": environ["PATH_INFO"].encode("latin-1"),
        "query_string": b"", "root_path": "", "headers": headers, "client": None, "server": None,
    }  # fmt: skip
