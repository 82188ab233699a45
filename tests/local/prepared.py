"""The place of a product as the first `make run` leaves it, for tests that are about what comes after."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.places import find_postgres
from tests.local.stack import finish, start

_KEPT = ("secrets.json", "credentials.json")
_MADE = "made"


def copy_prepared(directory: Path, shared: Path) -> None:
    """Into `directory`, which is empty. Tables, an administrator, a key and the sample lists take ten seconds of processor: they are
    made once in `shared`, which all processes of a run of the tests have in common, by what `make run` calls for it.
    """
    original = shared / "prepared-product"
    original.mkdir(exist_ok=True)
    with (shared / "prepared-product.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (original / _MADE).exists():
            _prepare(original)
            (original / _MADE).touch()
    for name in _KEPT:
        shutil.copy2(original / name, directory / name)
    # With owner and permissions, of which PostgreSQL demands its own.
    subprocess.run(["cp", "-a", _data_of(original), _data_of(directory)], check=True)


def _prepare(directory: Path) -> None:
    preparing = start(
        directory, "exec", "--", sys.executable, "-m", "local.prepare",
        MEIGARA_BASE_URL="http://127.0.0.1:1", DJANGO_SETTINGS_MODULE="config.settings",
    )  # fmt: skip
    code, told, errors = finish(preparing, timeout_seconds=300)
    assert code == 0, told + errors


def _data_of(directory: Path) -> Path:
    directory.chmod(0o711)  # as the product does, before it looks who may enter
    return find_postgres(directory.resolve()).home / "postgres"


def shared_by_processes(directory: Path) -> Path:
    """What processes of a run have in common, given a folder that pytest has made for this one."""
    return directory.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else directory.parent
