"""Programs of the product that start at once: forked off a process that has imported what they need.

Most of what a test with a server or a worker takes is the import of Django and of all that stands on it, a second and a half of
work for each start. Here it is done once for each environment: a *nursery* is a process that has read the settings and imported
the product as the program would, has no connection and no thread, and from then on forks. What it forks sets its command line and
its log and runs the program's module as `python -m` does; Granian and Celery fork their own processes in just that state, too.
"""

import atexit
import gc
import json
import os
import random
import runpy
import select
import signal
import socket
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

PROJECT = Path(__file__).resolve().parents[1]
#: What no setting is made of: it may differ between programs of one nursery.
OF_A_TEST = ("PYTEST_CURRENT_TEST", "FEED_DIRECTORY", "DESCRIPTORS")
# Who leaves counters there has files of its own from the moment it is imported.
_NEVER_WITH = "PROMETHEUS_MULTIPROC_DIR"
# What is imported only when they start.
_PROGRAMS = {
    "granian": ["granian.cli", "granian.server.mp", "config.rsgi"],
    "celery": [
        "celery.bin.celery", "celery.apps.worker", "celery.worker.components", "celery.worker.consumer.connection",
        "celery.concurrency.prefork", "celery.concurrency.thread", "celery.contrib.django.task", "kombu.transport.redis",
    ],
}  # fmt: skip
# Each holds some 150 MB.
_MOST = 3
_nurseries: dict[str, "_Nursery"] = {}


class Forked:
    """As much of `subprocess.Popen` as tests need."""

    def __init__(self, nursery: "_Nursery", pid: int) -> None:
        self._nursery, self.pid, self.returncode = nursery, pid, None

    returncode: int | None

    def poll(self) -> int | None:
        """As `Popen.poll`; a nursery that was killed says nothing more, and its children are dead."""
        if self.returncode is None:
            self.returncode = self._nursery.ask({"status_of": self.pid})
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """As `Popen.wait`."""
        deadline = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start_program(
    words: list[str], log_path: Path, environment: Mapping[str, str], *, is_leader: bool = False
) -> "Forked | subprocess.Popen[bytes]":
    """`python -m` with these words, in the project, writing to the end of the log; `is_leader`: of a session of its own."""
    if _NEVER_WITH in environment or sys.platform != "linux":
        with log_path.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=PROJECT, env=dict(environment), stdout=log, stderr=log, start_new_session=is_leader,
            )  # fmt: skip
    lasting = {name: value for name, value in environment.items() if name not in OF_A_TEST}
    own = {name: environment[name] for name in OF_A_TEST if name in environment}
    nursery = _nursery_for([words[0], *(word for word in words if word == "worker")], lasting)
    request = {"words": words, "log": str(log_path), "environment": own, "is_leader": is_leader}
    return Forked(nursery, nursery.ask(request))


def _nursery_for(words: list[str], environment: Mapping[str, str]) -> "_Nursery":
    """The one that lives, or a new one in place of who was asked longest ago and has no child left."""
    key = json.dumps([words, sorted(environment.items())])
    known = _nurseries.pop(key, None)
    if known is None or known.process.poll() is not None:
        idle = [name for name, nursery in _nurseries.items() if not nursery.ask({})]
        for name in idle[: max(0, len(_nurseries) + 1 - _MOST)]:
            _nurseries.pop(name).close()
        known = _Nursery(words, environment)
    _nurseries[key] = known
    return known


class _Nursery:
    def __init__(self, words: list[str], environment: Mapping[str, str]) -> None:
        self._line, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.forking", str(theirs.fileno()), *words],
                cwd=PROJECT, env=dict(environment), pass_fds=[theirs.fileno()], start_new_session=True,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._answers = self._line.makefile("r")

    def ask(self, request: dict[str, Any]) -> Any:
        self._line.sendall(json.dumps(request).encode() + b"\n")
        answer = self._answers.readline()
        assert answer, "what programs are forked from has ended; what it said stands above"
        return json.loads(answer)

    def close(self) -> None:
        self._answers.close()
        self._line.close()
        self.process.wait()


@atexit.register
def close_all() -> None:
    """Nurseries end with us even when we are killed: nobody holds the other end of their line."""
    while _nurseries:
        _nurseries.popitem()[1].close()


# --- In the nursery -------------------------------------------------------------------------------------------------


def _serve(line: socket.socket, words: list[str]) -> None:
    """Answer until the other end is closed; whoever is left then is killed, as they would be with a terminal."""
    _import_product(words)
    ended: dict[int, int] = {}
    living: set[int] = set()
    bell, rung = socket.socketpair()
    bell.setblocking(False)
    rung.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(rung.fileno(), warn_on_full_buffer=False)
    questions = line.makefile("r")
    while True:
        ready, _, _ = select.select([line, bell], [], [])
        if bell in ready:
            with suppress(BlockingIOError):
                bell.recv(4096)
        _collect(living, ended)
        if line in ready:
            question = questions.readline()
            if not question:
                break
            request = json.loads(question)
            answer: Any = len(living)
            if "status_of" in request:
                answer = ended.get(request["status_of"])
            elif "words" in request:
                answer = os.fork()
                if answer == 0:
                    signal.set_wakeup_fd(-1)
                    for end in (line, bell, rung):
                        end.close()
                    _become(request)
                living.add(answer)
            line.sendall(json.dumps(answer).encode() + b"\n")
    for pid in living:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _collect(living: set[int], ended: dict[int, int]) -> None:
    for pid in list(living):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            living.remove(pid)
            ended[pid] = os.waitstatus_to_exitcode(status)


def _import_product(words: list[str]) -> None:
    """As the program does, and nothing else. Settings look at the command line and at what kind of process it is."""
    sys.argv = [f"{words[0]}/__main__.py", *words[1:]]
    for name in _PROGRAMS[words[0]]:
        import_module(name)
    if words[0] == "celery":
        import_module("config.celery").app.loader.import_default_modules()
    # What the first request would import.
    _ = import_module("django.urls").get_resolver().url_patterns
    connections = import_module("django.db").connections
    assert not [one for one in connections.all(initialized_only=True) if one.connection], (
        "a connection cannot be shared"
    )
    assert len(os.listdir("/proc/self/task")) == 1, "a thread does not outlive a fork"  # noqa: PTH208 a list of names
    gc.freeze()


def _become(request: dict[str, Any]) -> NoReturn:
    """The program that was asked for, until its end."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # With all that it starts in its turn, so that none of them can be forgotten.
        if request["is_leader"]:
            os.setsid()
        else:
            os.setpgid(0, 0)
        log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(log, 1)
        os.dup2(log, 2)
        os.close(log)
        os.environ.update(request["environment"])
        random.seed()
        sys.argv = request["words"]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001 as the interpreter does with what nobody catches
        traceback.print_exc()
    finally:
        # Threads are waited for and what was to happen at the end is done, as the interpreter does before it ends.
        threading._shutdown()  # type: ignore[attr-defined] # not public
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
