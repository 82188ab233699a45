"""The image, as far as it can be made without an engine: its files, its build steps, its command and its probe."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

from tests.deploy.places import PROJECT
from tests.local.stack import wait_for
from tests.ports import free_port

DOCKERFILE = (PROJECT / "Dockerfile").read_text()
LINES = DOCKERFILE.replace("\\\n", " ").splitlines()


def words_of(instruction: str) -> list[str]:
    """The last JSON list that the instruction is given."""
    line = [line for line in LINES if line.startswith(instruction)][-1]
    words: list[str] = json.loads(line[line.index("[") :])
    return words


RULES = [line for line in (PROJECT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]


@pytest.fixture(scope="module")
def files() -> set[str]:
    """What `.dockerignore` lets into the build: the names that it takes back from the first line's `*`."""
    assert RULES[0] == "*"
    return {rule.removeprefix("!") for rule in RULES if rule.startswith("!")}


@pytest.fixture(scope="module")
def built(files: set[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder /app after the build's own command."""
    app = tmp_path_factory.mktemp("image") / "app"
    app.mkdir()
    refused = shutil.ignore_patterns(*(Path(rule).name for rule in RULES[1:] if not rule.startswith("!")))
    for name in files:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, app / name, ignore=refused)
        else:
            (app / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / name, app / name)
    [command] = [line.removeprefix("RUN ") for line in LINES if "collectstatic" in line]
    subprocess.run(
        command.replace("/opt/venv/bin/python", sys.executable),
        shell=True,
        cwd=app,
        check=True,
        env={"PATH": os.defpath},
    )
    return app


@pytest.fixture
def port(built: Path) -> Iterator[int]:
    """Where the image's command serves, told no more than production has to tell."""
    number = free_port()
    command = words_of("CMD")
    command[command.index("--port") + 1] = str(number)
    command[command.index("--workers-kill-timeout") + 1] = "2"
    process = subprocess.Popen([sys.executable, "-m", *command], cwd=built, env=told())
    try:
        yield number
    finally:
        process.terminate()
        process.wait(timeout=30)


def told() -> dict[str, str]:
    required = ("ENCRYPTION_KEYS", "DATABASE_URL", "REDIS_URL")
    return {
        "PATH": os.defpath, "PYTHONDONTWRITEBYTECODE": "1", "SECRET_KEY": "s" * 60, "ALLOWED_HOSTS": "meigara.test",
        **{name: os.environ[name] for name in required},
    }  # fmt: skip


def is_served(port: int) -> bool:
    """Whether somebody answers there, whatever it says."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
    except urllib.error.HTTPError as refused:
        refused.close()
    except OSError:
        return False
    return True


def run_probe(port: int) -> int:
    probe = [word.replace(":8000/", f":{port}/") for word in words_of("HEALTHCHECK")]
    return subprocess.run([sys.executable, *probe[1:]], env=told(), check=False, capture_output=True).returncode


def test_the_image_is_built_in_stages_from_one_pinned_base() -> None:
    stages = [line.split()[1] for line in LINES if line.startswith("FROM ")]

    assert re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+", stages[0])
    assert stages[1:] == ["base", "packages", "base"]


def test_the_image_runs_as_a_number_that_is_not_root() -> None:
    last_stage = LINES[max(number for number, line in enumerate(LINES) if line.startswith("FROM ")) :]

    assert [line for line in last_stage if line.startswith("USER ")] == ["USER 10001:10001"]


def test_every_app_of_ours_is_in_the_image(files: set[str]) -> None:
    ours = {app.partition(".")[0] for app in settings.INSTALLED_APPS if (PROJECT / app.partition(".")[0]).is_dir()}

    assert files >= ours | {"manage.py", "templates", "static", "locale"}


def test_everything_that_the_build_copies_is_let_in(files: set[str]) -> None:
    copied = {
        name for line in LINES if line.startswith("COPY ") and "--from" not in line for name in line.split()[1:-1]
    }

    assert copied == {".", "requirements.txt", "requirements-flower.txt", "requirements-dev.txt"}
    assert copied - {"."} <= files


def test_flower_is_in_the_image_where_that_is_asked_for(tmp_path: Path) -> None:
    """The build's own step, with a `pip` that says what it was told."""
    [step] = [
        line.removeprefix("RUN ") for line in LINES if "requirements-flower.txt" in line and line.startswith("RUN ")
    ]
    (tmp_path / "pip").write_text('#!/bin/sh\necho "$@"\n')
    (tmp_path / "pip").chmod(0o755)
    [default] = re.findall(r"^ARG WITH_FLOWER=(\w+)$", DOCKERFILE, re.MULTILINE)
    said = {
        answer: subprocess.run(
            ["/bin/sh", "-c", step],
            env={"PATH": str(tmp_path), "WITH_FLOWER": answer},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for answer in (default, "true")
    }

    assert said == {
        "false": "",
        "true": "--python /opt/venv/bin/python install --only-binary :all: --require-hashes "
        "--requirement /tmp/requirements-flower.txt\n",
    }


def test_nothing_private_and_nothing_of_development_is_in_the_image(files: set[str], built: Path) -> None:
    assert files & {".env", ".git", ".local", "tests", "bench", "docs", "deploy"} == set()
    assert not (built / "local").exists()
    assert list(built.glob("requirements*")) == []


def test_the_image_has_its_static_files_and_its_byte_code(built: Path) -> None:
    manifest = json.loads((built / "staticfiles" / "staticfiles.json").read_text())

    assert len(manifest["paths"]) > 100
    assert not [name for name in manifest["paths"] if name.startswith("rest_framework/")]
    assert list((built / "companies" / "__pycache__").glob("models.*.pyc"))


def test_the_image_serves_and_its_probe_says_so(port: int) -> None:
    # Each probe is a start of Python, of which as many as one waits with would cost more than the server.
    wait_for(lambda: is_served(port))
    wait_for(lambda: run_probe(port) == 0)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/admin/login/", headers={"Host": "meigara.test", "X-Forwarded-Proto": "https"}
    )

    with urllib.request.urlopen(request, timeout=10) as answer:
        page = answer.read().decode()
        assert answer.status == 200
    [style] = re.findall(r'href="(/static/unfold/css/styles\.[0-9a-f]{12}\.css)"', page)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{style}",
        headers={"Host": "meigara.test", "X-Forwarded-Proto": "https", "Accept-Encoding": "br"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        told = {name: answer.headers[name] for name in ("Content-Encoding", "Cache-Control")}
    assert told == {"Content-Encoding": "br", "Cache-Control": "max-age=315360000, public, immutable"}


def test_the_probe_fails_where_nothing_serves() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))

        assert run_probe(nobody.getsockname()[1]) != 0
