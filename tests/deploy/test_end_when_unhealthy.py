"""The health check that ends its container, in a process namespace of its own as an engine makes one."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.places import PROJECT

SCRIPT = PROJECT / "deploy/end-when-unhealthy.sh"
CONTAINER = ("unshare", "--pid", "--fork", "--mount", "--mount-proc", "sh", "-c")
HAS_RIGHTS = (
    shutil.which("unshare") and not subprocess.run([*CONTAINER, "true"], check=False, capture_output=True).returncode
)
pytestmark = pytest.mark.skipif(not HAS_RIGHTS, reason="needs the right to make a namespace of processes (root)")


def run(checks: str, directory: Path) -> list[str]:
    """What a container says whose process 1 waits for a service, while `checks` are made from outside; /tmp is its own."""
    shutil.copy(SCRIPT, directory)
    words = f"""
        mount --bind {directory} /tmp
        sleep 300 & service=$!
        setsid sh -c '{checks}; echo checked; kill -s TERM '$service &
        wait $service
        echo ended by $(($? - 128))
        wait
    """
    done = subprocess.run([*CONTAINER, words], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def check(*commands: str, failures: int = 3) -> str:
    return "; ".join(f"/tmp/{SCRIPT.name} {failures} 1 {command}" for command in commands)


def test_the_third_failure_in_a_row_ends_what_serves(tmp_path: Path) -> None:
    assert run(check("false", "false", "false", "echo never"), tmp_path) == ["ended by 9"]
    assert [path.name for path in tmp_path.iterdir()] == [SCRIPT.name]


def test_a_good_answer_in_between_begins_the_count_anew(tmp_path: Path) -> None:
    assert run(check("false", "false", "true", "false", "false"), tmp_path) == ["checked", "ended by 15"]


def test_an_answer_that_does_not_come_is_a_failure(tmp_path: Path) -> None:
    assert run(check("sleep 50", "sleep 50", failures=2), tmp_path) == ["ended by 9"]


def test_its_exit_code_is_what_the_engine_shows(tmp_path: Path) -> None:
    assert run(f"{check('true')}; echo $?; {check('false')}; echo $?", tmp_path) == ["0", "1", "checked", "ended by 15"]
