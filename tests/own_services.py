"""Gives the tests the services that nobody named, ahead of pytest-django, which reads the settings and in them where those are.

`make test` names services. Bare `pytest`, or the button of an editor, does not: they are started here and stopped at the end, or
joined where another run has them already. Each process of a parallel run has its own: some tests crash the database below them.
"""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

_services = ExitStack()
_worker = os.environ.get("PYTEST_XDIST_WORKER")

if _worker:
    usual = Path(__file__).resolve().parents[1] / ".local"
    os.environ["MEIGARA_LOCAL_DIR"] = str(Path(os.environ.get("MEIGARA_LOCAL_DIR") or usual, "test", _worker))

# They read the directory when they are imported.
from local.embedded import local_services  # noqa: E402
from local.errors import LocalServiceError  # noqa: E402
from local.settings_for_children import children_environment  # noqa: E402

try:
    _urls = _services.enter_context(local_services({} if _worker else os.environ, is_test=True))
except LocalServiceError as error:
    pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
os.environ.update({**children_environment(_urls), **_urls})


def pytest_unconfigure() -> None:
    """Stop them; those of a process that is killed end with it."""
    _services.close()
