"""`pytest` by itself, as from the button of an editor: nobody said where database and Redis are."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
from django.conf import settings
from django_redis import get_redis_connection

from local.embedded import read_private
from local.places import local_directory
from masters.models import Market
from tests.local.stack import PROJECT, finish, start, still_running, wait_for

ONE_TEST = "tests/local/test_bare_pytest.py::test_this_one_asks_the_database"
ANOTHER = "test_bare_pytest.py::test_this_one_asks_redis_of_its_own_process"


def test_this_one_asks_the_database(db: None) -> None:
    assert Market.objects.filter(code="0111").exists()


def test_this_one_asks_redis_of_its_own_process() -> None:
    own = read_private(local_directory(is_test=True) / "services.json")

    assert get_redis_connection("state").ping()
    assert own.get("BROKER_URL", settings.CELERY_BROKER_URL) == settings.CELERY_BROKER_URL


def start_pytest(directory: Path, *words: str, folder: Path = PROJECT) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [Path(sys.executable).with_name("pytest"), "-q", "-p", "no:cacheprovider", *words],
        cwd=folder, env={"PATH": os.environ["PATH"], "HOME": str(directory), "MEIGARA_LOCAL_DIR": str(directory)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_services_start_by_themselves_and_are_gone_at_the_end(tmp_path: Path) -> None:
    process = start_pytest(tmp_path, ONE_TEST)
    wait_for((tmp_path / "test" / "services.json").exists)
    children = psutil.Process(process.pid).children(recursive=True)

    code, output, errors = finish(process, 300)

    assert (code, output.splitlines()[-1][:8], errors) == (0, "1 passed", "")
    assert len(children) >= 3
    wait_for(lambda: still_running(children) == [])
    assert not (tmp_path / "test" / "services.json").exists()


def test_from_a_folder_of_tests_and_in_a_process_of_its_own_it_is_the_same(tmp_path: Path) -> None:
    process = start_pytest(tmp_path, "-n", "1", ANOTHER, folder=PROJECT / "tests" / "local")

    code, output, _ = finish(process, 300)

    assert (code, output.splitlines()[-1][:8]) == (0, "1 passed")
    assert (tmp_path / "test" / "gw0" / "test" / "postgres.log").exists()


def test_services_of_an_earlier_run_that_still_live_are_joined(tmp_path: Path) -> None:
    first = start(tmp_path, "exec", "--test", "--", "sleep", "600")
    wait_for((tmp_path / "test" / "services.json").exists)
    stamp = (tmp_path / "test" / "services.json").read_text()

    code, _, _ = finish(start_pytest(tmp_path, ANOTHER, folder=PROJECT / "tests" / "local"), 300)
    afterwards = (tmp_path / "test" / "services.json").read_text()
    first.send_signal(signal.SIGTERM)
    finish(first)

    assert (code, afterwards) == (0, stamp)
