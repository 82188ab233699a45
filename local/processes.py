"""Child processes that never outlive the command that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


@dataclass(frozen=True, slots=True)
class SystemUser:
    """The user that a service runs as; `None` for both: the one who asks."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def start_service(
    command: Sequence[str | Path],
    *,
    log_path: Path,
    stop_signal: signal.Signals,
    user: SystemUser,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a service in a session of its own, so that Ctrl-C reaches us first, writing to `log_path`.

    On Linux the kernel sends it `stop_signal` when we die, however that happens.
    """
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            user=user.uid,
            group=user.gid,
            extra_groups=[] if user.uid is not None else None,
            preexec_fn=die_with_parent(stop_signal),  # noqa: PLW1509 no threads run before the services
            env=dict(env) if env is not None else None,
        )
    if process.stdin is not None:
        process.stdin.write(stdin)
        process.stdin.close()
    return process


def stop_service(process: subprocess.Popen[bytes], *, stop_signal: signal.Signals, timeout_seconds: float = 15) -> None:
    """Ask the service to end, and end it if it does not."""
    if process.poll() is not None:
        return
    process.send_signal(stop_signal)
    try:
        process.wait(timeout_seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def last_lines(log_path: Path, count: int = 8) -> str:
    """The end of a log, for a message."""
    try:
        lines = log_path.read_text(errors="replace").splitlines()
    except OSError:
        return ""
    return "\n".join(f"  | {line}" for line in lines[-count:])


def die_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """A function that, called in a child, asks the kernel to send it `stop_signal` when its parent dies. Linux only."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(stop_signal))

    return ask_kernel
