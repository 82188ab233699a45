"""A small feed for a server of its own: its newest position is what a file says, and readers wait for the next.

`FEED_DIRECTORY` is where the file `newest` is; each question for it leaves a byte in `questions`. `DESCRIPTORS` are all that
the process may have.
"""

import asyncio
import json
import os
import resource
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIEnvironment

import config.wsgi  # noqa: F401 sets Django up

# isort: split
from django.db import connection

from api.endpoints.hold import HOLD
from serving.rsgi_application import RsgiApplication

DIRECTORY = Path(os.environ["FEED_DIRECTORY"])
if most := int(os.environ.get("DESCRIPTORS", "0")):
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def newest() -> int:
    return int((DIRECTORY / "newest").read_text())


def find_newest() -> int:
    """Through the database, as the product's: one that is away is an address without a server."""
    with (DIRECTORY / "questions").open("ab") as file:
        file.write(b"?")
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::integer", [(DIRECTORY / "newest").read_text()])
        found: int = cursor.fetchone()[0]
        return found


def feed(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    path, asked = environ["PATH_INFO"], dict(parse_qsl(environ["QUERY_STRING"]))
    if path == "/state":
        with connection.cursor() as cursor:  # of the pool, which has as many as there are threads
            cursor.execute("SELECT 1")
        connection.close()
        tasks = len(asyncio.all_tasks(application.loop))
        return _answer(start_response, {"waiting": len(application.held_answers), "tasks": tasks})
    position = newest()
    if (hold := environ.get(HOLD)) is not None and position <= int(asked["after"]):
        hold.until_newer_than(int(asked["after"]), float(asked.get("wait", 30)))
    if "meanwhile" in asked:
        (DIRECTORY / "newest").write_text(asked["meanwhile"])
    if "raise" in asked:
        raise RuntimeError(asked["raise"])
    body = {"newest": position, "is_second": hold is None, "fill": "." * int(asked.get("fill", 0))}
    return _answer(start_response, body, asked.get("status", "200 OK"))


def _answer(start_response: StartResponse, body: object, status: str = "200 OK") -> Iterable[bytes]:
    content = json.dumps(body).encode()
    start_response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
    return [content]


class _Application(RsgiApplication):
    """Whose loop can be looked into."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        super().__rsgi_init__(loop)


application = _Application(feed, find_newest=find_newest)
