"""The same tools over the standard streams of one process, for a program that starts it: `manage.py mcp`."""

import asyncio
import sys
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from django.conf import settings
from mcp.server.stdio import stdio_server

from agents.calls import answer_call
from agents.rest import RestAnswer
from agents.server import make_server

#: So many calls at a time; others wait.
_AT_ONCE = 4


def caller_on_this_machine(key: str, language: str) -> WSGIEnvironment:
    """Who asks, as a request over HTTP would say it."""
    host = next((name.lstrip(".") for name in settings.ALLOWED_HOSTS if name != "*"), "localhost")
    return {
        "SERVER_NAME": host, "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": host, "PATH_INFO": "/mcp",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "https", "wsgi.errors": sys.stderr, "wsgi.multithread": True,
        "wsgi.multiprocess": True, "wsgi.run_once": False, "HTTP_X_API_KEY": key, "HTTP_ACCEPT_LANGUAGE": language,
    }  # fmt: skip


def serve_stdio(rest: WSGIApplication, caller: WSGIEnvironment) -> None:
    """Until the other side closes its end."""
    places = asyncio.Semaphore(_AT_ONCE)

    async def find_answer(_request: Any, name: str, arguments: dict[str, Any]) -> RestAnswer:
        async with places:
            return await asyncio.to_thread(answer_call, rest, name, arguments, caller)

    server = make_server(find_answer)

    async def serve() -> None:
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(serve())
