"""Starts a sync with an `Idempotency-Key` in processes that are killed before their first, second, … statement, each time sent again by another
process: `python -m tests.api.killed_requests <API key>`. A line of JSON for each says what came of it.
"""

import gc
import json
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from syncjobs.models import SyncRun  # noqa: E402
from tests.api.front import Answer, ask, json_body  # noqa: E402


def main(api_key: str) -> None:
    """Itself it asks nothing: what it forks has connections of its own, and finds imported what the first request would import."""
    _ = get_resolver().url_patterns
    gc.freeze()
    for place in count(1):
        was_killed = _in_a_process(partial(_killed_before, place, api_key)) == -signal.SIGKILL
        sys.stdout.flush()
        _in_a_process(partial(_send_again, place, api_key, was_killed=was_killed))
        if not was_killed:
            return


def _in_a_process(work: Callable[[], None]) -> int:
    pid = os.fork()
    if pid == 0:
        work()
        sys.stdout.flush()
        os._exit(0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status := os.waitpid(pid, 0)[1]) else os.WEXITSTATUS(status)


def _killed_before(place: int, api_key: str) -> None:
    statements = count(1)

    def kill(execute: Callable[..., Any], *statement: Any) -> Any:
        if next(statements) == place:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*statement)

    connection.execute_wrappers.append(kill)
    _send(place, api_key)


def _send_again(place: int, api_key: str, *, was_killed: bool) -> None:
    answer = _send(place, api_key)
    # The server may take a moment to see that the other process is gone.
    while answer.status == 409 and answer.json()["error"]["code"] == "IDEMPOTENCY_KEY_IN_USE":
        answer = _send(place, api_key)
    told = {"status": answer.status, "runs": SyncRun.objects.count(), "was_killed": was_killed}
    sys.stdout.write(json.dumps({**told, "is_replayed": "idempotency-replayed" in answer.headers}) + "\n")
    SyncRun.objects.all().delete()


def _send(place: int, api_key: str) -> Answer:
    path = "/api/v1/companies/sync"
    return ask(path, key=api_key, method="POST", body=json_body(), idempotency_key=f"place {place}".replace(" ", "-"))


if __name__ == "__main__":
    main(sys.argv[1])
