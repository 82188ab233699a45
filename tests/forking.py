"""Programs of the product that start at once: forked off a process that has imported what they need.

Most of what a test with a server or a worker takes is the import of Django and of all that stands on it, a second and a half of
work for each start. Here it is done once for each environment: a *nursery* (`tests.nursery`) is a process that has read the settings
and imported the product as the program would, and from then on forks.
"""

import atexit
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import IO, Any, cast

PROJECT = Path(__file__).resolve().parents[1]
#: What no setting is made of: it may differ between programs of one nursery.
OF_A_TEST = ("PYTEST_CURRENT_TEST", "FEED_DIRECTORY", "DESCRIPTORS", "TMPDIR", "MEIGARA_API_KEY")
# Who leaves counters there has files of its own from the moment it is imported.
_NEVER_WITH = "PROMETHEUS_MULTIPROC_DIR"
# Of a question, with a whole environment in it.
LONGEST = 1 << 18
# Each holds some 150 MB.
_MOST = 3
_nurseries: dict[str, "_Nursery"] = {}


class Forked:
    """As much of `subprocess.Popen` as tests need."""

    returncode: int | None = None

    def __init__(self, nursery: "_Nursery", pid: int, ends: list[IO[bytes] | None]) -> None:
        self._nursery, self.pid = nursery, pid
        self.stdin, self.stdout, self.stderr = ends

    def poll(self) -> int | None:
        """As `Popen.poll`."""
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

    def communicate(self, told: bytes = b"") -> tuple[bytes | None, bytes | None]:
        """As `Popen.communicate`."""
        with ThreadPoolExecutor(2) as readers:
            said = [None if end is None else readers.submit(end.read) for end in (self.stdout, self.stderr)]
            if self.stdin is not None:
                with suppress(BrokenPipeError):
                    self.stdin.write(told)
                with suppress(BrokenPipeError):
                    self.stdin.close()
            output, errors = (None if one is None else one.result() for one in said)
        self.wait()
        return output, errors

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            # It may end between the two, and others than we collect it.
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def start_logging(
    words: list[str], log_path: Path, environment: Mapping[str, str], *, is_leader: bool = False
) -> "subprocess.Popen[bytes]":
    """A program that writes to the end of its log."""
    with log_path.open("ab") as log:
        return start_program(
            words, environment, stdin=subprocess.DEVNULL, stdout=log.fileno(), stderr=log.fileno(), is_leader=is_leader
        )


def start_program(
    words: list[str],
    environment: Mapping[str, str],
    *,
    is_leader: bool = False,
    largest_file: int | None = None,
    **streams: int | None,
) -> "subprocess.Popen[bytes]":
    """`granian …`, `celery …` or `manage.py …`, in the project; streams as `Popen` takes them. `is_leader`: of a session of its own.
    `largest_file`: in bytes, what it may write.
    """
    if _NEVER_WITH in environment or sys.platform != "linux":
        command = [sys.executable, *([] if words[0] == "manage.py" else ["-m"]), *words]
        limit = None if largest_file is None else partial(limit_files, largest_file)
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command, cwd=PROJECT, env=dict(environment), start_new_session=is_leader, **streams,
            preexec_fn=limit,  # noqa: PLW1509 it only asks the kernel
        )  # fmt: skip
    lasting = {name: value for name, value in environment.items() if name not in OF_A_TEST}
    own = {name: environment[name] for name in OF_A_TEST if name in environment}
    nursery = _nursery_for([words[0], *(word for word in words if word == "worker")], lasting)
    request = {"words": words, "environment": own, "is_leader": is_leader, "largest_file": largest_file}
    ours: list[IO[bytes] | None] = []
    theirs: list[int] = []
    with ExitStack() as given:
        for number, name in enumerate(("stdin", "stdout", "stderr")):
            end = streams.get(name)
            mine = None
            if end == subprocess.PIPE:
                read, write = os.pipe()
                mine, end = (write, read) if name == "stdin" else (read, write)
                given.callback(os.close, end)
            elif end == subprocess.DEVNULL:
                end = os.open(os.devnull, os.O_RDWR)
                given.callback(os.close, end)
            ours.append(None if mine is None else os.fdopen(mine, "wb" if name == "stdin" else "rb"))
            theirs.append(number if end is None else end)
        pid = nursery.ask(request, theirs)
    return cast("subprocess.Popen[bytes]", Forked(nursery, pid, ours))


def limit_files(size: int) -> None:
    """From now on this process and its children can write no file that is larger, in bytes."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def run_unread(words: list[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """`manage.py …` or `-c PROGRAM`, in the project and in no environment but this; of a process that has imported packages and has read
    nothing of ours, no settings and no environment. For what is about the start itself.
    """
    command = [sys.executable, *words]
    if sys.platform != "linux":
        return subprocess.run(command, cwd=PROJECT, env=dict(environment), capture_output=True, text=True, check=False)
    nursery = _nursery_for(["unread"], {"PATH": os.environ["PATH"]})
    ends = [os.pipe(), os.pipe()]
    with open(os.devnull) as nothing:  # noqa: PTH123 no file
        request = {"words": words, "environment": dict(environment), "is_leader": True, "is_alone": True}
        pid = nursery.ask(request, [nothing.fileno(), *(write for _, write in ends)])
    for _, write in ends:
        os.close(write)
    process = Forked(nursery, pid, [None, *(os.fdopen(read, "rb") for read, _ in ends)])
    output, errors = (told.decode() if told else "" for told in process.communicate())
    return subprocess.CompletedProcess(command, process.wait(), output, errors)


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
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.nursery", str(theirs.fileno()), *words],
                cwd=PROJECT, env=dict(environment), pass_fds=[theirs.fileno()], start_new_session=True,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def ask(self, request: dict[str, Any], descriptors: list[int] = []) -> Any:  # noqa: B006 never changed
        socket.send_fds(self._line, [json.dumps(request).encode()], descriptors)
        answer = self._line.recv(LONGEST)
        assert answer, "what programs are forked from has ended; what it said stands above"
        return json.loads(answer)

    def close(self) -> None:
        self._line.close()
        self.process.wait()


@atexit.register
def close_all() -> None:
    """Nurseries end with us even when we are killed: nobody holds the other end of their line."""
    while _nurseries:
        _nurseries.popitem()[1].close()
