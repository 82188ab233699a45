"""Gives each process of a parallel test run services of its own: some tests crash the database below them."""

import os
from contextlib import ExitStack
from pathlib import Path

_services = ExitStack()

if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    os.environ["MEIGARA_LOCAL_DIR"] = str(Path(os.environ.get("MEIGARA_LOCAL_DIR", ".local"), "test", worker))
    from local.embedded import local_services  # reads the directory when it is imported

    # Loaded ahead of pytest-django, which reads the settings and with them these two.
    os.environ.update(_services.enter_context(local_services({}, is_test=True)))


def pytest_unconfigure() -> None:
    """Stop them; those of a process that is killed end with it."""
    _services.close()
