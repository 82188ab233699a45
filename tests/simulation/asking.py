"""Callers of the API, over HTTP."""

import contextlib
import json
import urllib.error
import urllib.request
from email.message import Message
from typing import Any

from celery import current_app

from syncjobs.runs import EXECUTE_TASK
from tests.simulation.programs import AWAY, WORK
from tests.simulation.world import Violated, World

COMPANIES = "/api/v1/companies?limit=1000"


def ask(world: World, path: str, *, key: str = "", body: Any = None) -> tuple[int, Any, dict[str, str]]:
    """Status, JSON and headers of an answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{world.programs.web.port}{path}", None if body is None else json.dumps(body).encode(),
        {"X-API-Key": key or world.key, "Content-Type": "application/json"},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer), _lower(answer.headers)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error), _lower(error.headers)


def _lower(headers: Message) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def ask_for_sync(world: World, back: int) -> None:
    day = world.market.business_day(world.today(), back)
    status, answer, _ = ask(world, "/api/v1/companies/sync", body={"date": day.isoformat()})
    if status not in (201, 409):
        raise Violated(f"a sync starts or is told which one runs: {status} {answer}")
    if status == 201:
        world.promises.runs.add(answer["sync_id"])
        # A queue may deliver a message more than once.
        with contextlib.suppress(*AWAY):
            current_app.send_task(EXECUTE_TASK, args=[answer["sync_id"]], queue=WORK, retry=False)
