"""Hands: processes that do what a test asks of them (`hand_work`), one thing after the other, and may be killed at it."""

import json
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.forking import start_program

_SERVE = "from tests.recorded_history.hand_work import serve; serve()"


class HandFailed(Exception):
    """It died, or what it was asked could not be done: whether it was done nobody knows."""


class Hand:
    """For one thread at a time."""

    def __init__(self, log_path: Path, environment: Mapping[str, str]) -> None:
        self._log_path, self._environment = log_path, environment
        self._lock = threading.Lock()
        self._start()

    def ask(self, work: str, **told: Any) -> dict[str, Any]:
        """What it answers. Raises `HandFailed`; one that died is there again."""
        with self._lock:
            stdin, stdout = self._process.stdin, self._process.stdout
            assert stdin is not None
            assert stdout is not None
            try:
                stdin.write(f"{json.dumps({'work': work, **told})}\n".encode())
                stdin.flush()
                line = stdout.readline()
            except BrokenPipeError:
                line = b""
            if not line:
                self._process.wait(20)
                self._start()
                raise HandFailed(f"{work}: died")
        answer: dict[str, Any] = json.loads(line)
        if "failed" in answer:
            raise HandFailed(f"{work}: {answer['failed']}")
        return answer

    def end(self) -> None:
        self._process.kill()
        self._process.wait(20)

    def _start(self) -> None:
        with self._log_path.open("ab") as log:
            self._process = start_program(
                ["manage.py", "shell", "--no-imports", "-c", _SERVE], self._environment,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log.fileno(),
            )  # fmt: skip
