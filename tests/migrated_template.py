"""Of the processes of one run the first migrates a database, and each has a copy of it: migrations take each some seconds."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_NAME = "test_meigara_migrated"


def copy_migrated(shared: Path) -> None:
    """Have Django's test database of this process made as such a copy. `shared` is a folder of all processes of the run."""
    test = connection.settings_dict["TEST"]
    with _one_after_the_other(shared):
        if not (done := shared / "migrated").exists():
            _migrate()
            done.touch()
    test["TEMPLATE"] = _NAME
    test["MIGRATE"] = False


def _migrate() -> None:
    """A database that nobody is connected to at the end."""
    test, name = connection.settings_dict["TEST"], connection.settings_dict["NAME"]
    own_name, test["NAME"] = test["NAME"], _NAME
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        connection.close_pool()  # type: ignore[attr-defined] # of PostgreSQL's backend
        test["NAME"], connection.settings_dict["NAME"] = own_name, name


@contextmanager
def _one_after_the_other(shared: Path) -> Iterator[None]:
    with (shared / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
