"""A process that has read the settings and imported the product as one of its programs would, has no connection and no thread, and
forks whenever `tests.forking` asks for one.

What it forks takes its command line and its streams and runs the program's module as `python -m` does. Granian and Celery fork
their own processes in just that state, too.
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
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from importlib import import_module
from typing import Any, NoReturn

from tests.forking import LONGEST, limit_files

# What is imported only when they start.
_PROGRAMS = {
    "manage.py": ["django.core.management"],
    "granian": ["granian.cli", "granian.server.mp", "config.rsgi"],
    "celery": [
        "celery.bin.celery", "celery.apps.worker", "celery.worker.components", "celery.worker.consumer.connection",
        "celery.concurrency.prefork", "celery.concurrency.thread", "celery.contrib.django.task", "kombu.transport.redis",
    ],
}  # fmt: skip
# What takes longest of all packages that a start of the product imports, and looks neither at settings nor at the environment.
_WITHOUT_SETTINGS = (
    "django.contrib.admindocs.views", "django.core.management.commands.migrate", "django.db.backends.postgresql.base",
    "django.middleware.clickjacking", "django_redis.client", "django_structlog.celery.receivers", "django_structlog.middlewares",
    "celery.fixups.django", "celery.schedules", "cryptography.fernet", "holidays.financial.japan_exchange", "kombu.transport.redis",
    "limits", "markdown", "psycopg_pool", "requests", "tenacity", "xlsxwriter",
)  # fmt: skip


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
    while True:
        ready, _, _ = select.select([line, bell], [], [])
        if bell in ready:
            with suppress(BlockingIOError):
                bell.recv(4096)
        _collect(living, ended)
        if line in ready:
            question, descriptors, _, _ = socket.recv_fds(line, LONGEST, 3)
            if not question:
                break
            request = json.loads(question)
            answer: Any = len(living)
            if "status_of" in request:
                answer = ended.get(request["status_of"])
            elif "words" in request:
                answer = _fork(request, descriptors, [line, bell, rung])
                living.add(answer)
            line.send(json.dumps(answer).encode())
    for pid in living:
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


def _fork(request: dict[str, Any], descriptors: list[int], own: list[socket.socket]) -> int:
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        for end in own:
            end.close()
        _become(request, descriptors)
    for one in descriptors:
        os.close(one)
    return pid


def _collect(living: set[int], ended: dict[int, int]) -> None:
    for pid in list(living):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            living.remove(pid)
            ended[pid] = os.waitstatus_to_exitcode(status)


def _import_product(words: list[str]) -> None:
    """As the program does, and nothing else. Settings look at the command line and at what kind of process it is."""
    if words[0] == "unread":
        for name in _WITHOUT_SETTINGS:
            import_module(name)
        assert not {"config", "prometheus_client"} & sys.modules.keys(), "they read the environment"
        gc.freeze()
        return
    sys.argv = [words[0] if words[0] == "manage.py" else f"{words[0]}/__main__.py", *words[1:]]
    for name in _PROGRAMS[words[0]]:
        import_module(name)
    if words[0] == "manage.py":
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        import_module("django").setup()
        import_module("backups.management.commands.restore")
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


def _become(request: dict[str, Any], descriptors: list[int]) -> NoReturn:
    """The program that was asked for, until its end."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # With all that it starts in its turn, so that none of them can be forgotten.
        if request["is_leader"]:
            os.setsid()
        else:
            os.setpgid(0, 0)
        for number, one in enumerate(descriptors):
            os.dup2(one, number)
            os.close(one)
        # The one of before knows of its file that it can be read from anywhere, which a pipe cannot.
        sys.stdin = open(0, encoding=sys.stdin.encoding, closefd=False)  # noqa: SIM115 until the end
        if request.get("is_alone"):
            os.environ.clear()
        os.environ.update(request["environment"])
        tempfile.tempdir = None  # found anew
        random.seed()
        if (size := request.get("largest_file")) is not None:
            limit_files(size)
        sys.argv = request["words"]
        if sys.argv[0] == "manage.py":
            runpy.run_path("manage.py", run_name="__main__")
        elif sys.argv[0] == "-c":
            program = sys.argv.pop(1)
            exec(compile(program, "<string>", "exec"), {"__name__": "__main__"})
        else:
            runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)  # noqa: T201 as the interpreter does
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
