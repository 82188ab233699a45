"""Which part of the product a process is: named to the database, which gives each the time that its work needs."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePath

VARIABLE = "MEIGARA_PROCESS"
#: Before its machine's in the name that the worker is given which tells others (`--hostname notifier@%h`).
NOTIFIER_NAME = "notifier@"


class ProcessKind(StrEnum):
    """The name after `meigara-` in `pg_stat_activity.application_name`."""

    WEB = "web"
    WORKER = "worker"
    NOTIFIER = "notifier"
    BEAT = "beat"
    MANAGE = "manage"


def find_process_kind(arguments: Sequence[str], environment: Mapping[str, str]) -> ProcessKind:
    """Celery's command line tells worker, notifier and beat from each other; `config.wsgi` says by `MEIGARA_PROCESS` that it serves the web,
    under any server; everything else (`manage.py`, the shell, tests) is a command that a person waits for.
    """
    program = PurePath(arguments[0]) if arguments else PurePath()
    # Also where the web started it, whose environment it has.
    if program.name == "manage.py":
        return ProcessKind.MANAGE
    # `celery …` and `python -m celery …` alike.
    if "celery" in program.parts:
        if any(argument.startswith(NOTIFIER_NAME) for argument in arguments[1:]):
            return ProcessKind.NOTIFIER
        for kind in (ProcessKind.WORKER, ProcessKind.BEAT):
            if kind.value in arguments[1:]:
                return kind
    return ProcessKind(environment.get(VARIABLE) or ProcessKind.MANAGE)
