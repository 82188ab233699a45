"""What a person does before the first start of the compose file: `.env` with secrets of one's own, images by digest."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from tests.deploy.places import PROJECT
from tests.forking import run_unread

SCHEMA = Draft7Validator(json.loads((PROJECT / "tests/deploy/schemas/compose-spec.json").read_text()))
SECRETS = ("SECRET_KEY", "ENCRYPTION_KEYS", "POSTGRES_PASSWORD", "REDIS_PASSWORD", "FLOWER_BASIC_AUTH", "METRICS_TOKEN")
# The forms that docker-compose.yml uses, as https://docs.docker.com/reference/compose-file/interpolation/ has them.
VARIABLE = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<name>\w+):\?\})")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout, as far as it matters here."""
    for name in ("docker-compose.yml", ".env.example", "Dockerfile"):
        shutil.copy(PROJECT / name, tmp_path / name)
    shutil.copytree(PROJECT / "deploy", tmp_path / "deploy")
    return tmp_path


def run(place: Path, script: str, *words: str, path: str = os.defpath) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", place / "deploy" / script, *words], env={"PATH": path}, capture_output=True, text=True, check=False
    )


def variables(file: Path) -> dict[str, str]:
    lines = [line.partition("=") for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return {name: value for name, _, value in lines}


def interpolated(text: str, told: dict[str, str]) -> Any:
    """The compose file with the variables in their places; a `KeyError` for one that has to be there and is not."""

    def value_of(found: re.Match[str]) -> str:
        if found["dollar"]:
            return "$"
        if not told.get(found["name"]):
            raise KeyError(found["name"])
        return told[found["name"]]

    def walk(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: walk(inner) for key, inner in node.items()}
        if isinstance(node, list):
            return [walk(inner) for inner in node]
        return VARIABLE.sub(value_of, node) if isinstance(node, str) else node

    compose = walk(yaml.safe_load(text))
    for service in compose["services"].values():
        environment = service.get("environment", {})
        # What has no value is handed on where it is set (compose specification, `environment`).
        service["environment"] = {
            name: told.get(name) if value is None else value
            for name, value in environment.items()
            if value is not None or name in told
        }
    return compose


def test_one_command_writes_an_env_file_with_which_compose_starts(place: Path) -> None:
    done = run(place, "new-env.sh")
    told = variables(place / ".env")
    compose = interpolated((place / "docker-compose.yml").read_text(), told)

    assert done.returncode == 0, done.stderr
    assert (place / ".env").stat().st_mode & 0o777 == 0o600
    assert told.keys() == variables(place / ".env.example").keys()
    assert [error.message for error in SCHEMA.iter_errors(compose)] == []
    assert "${" not in json.dumps(compose)
    web = {name: str(value) for name, value in compose["services"]["web"]["environment"].items()}
    checked = run_unread(
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        {"PATH": os.defpath, **web, "PROMETHEUS_MULTIPROC_DIR": str(place / "runtime")},
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_secrets_are_made_anew_each_time_and_nothing_else_is_changed(place: Path) -> None:
    example = variables(place / ".env.example")
    made = []
    for _ in range(2):
        run(place, "new-env.sh")
        made.append(variables(place / ".env"))
        (place / ".env").unlink()

    assert {name for name in example if made[0][name] != made[1][name]} == set(SECRETS)
    assert {name for name in example if made[0][name] != example[name]} == set(SECRETS)
    assert all(example[name] == "" for name in SECRETS)


def test_an_env_file_that_is_there_is_left_alone(place: Path) -> None:
    (place / ".env").write_text("kept")

    done = run(place, "new-env.sh")

    assert (done.returncode, (place / ".env").read_text()) == (1, "kept")
    assert "すでにあります" in done.stderr


def test_the_example_as_it_is_is_refused_by_the_name_of_what_is_missing(place: Path) -> None:
    with pytest.raises(KeyError, match="SECRET_KEY"):
        interpolated((place / "docker-compose.yml").read_text(), variables(place / ".env.example"))


@pytest.fixture
def registry(tmp_path: Path) -> str:
    """A PATH on which `docker` knows a digest for every image that it is asked for."""
    docker = tmp_path / "bin" / "docker"
    docker.parent.mkdir()
    docker.write_text(
        '#!/bin/sh\n[ "$1 $2 $3" = "buildx imagetools inspect" ] && echo "sha256:$(echo "$4" | sha256sum | cut -d" " -f1)"\n'
    )
    docker.chmod(0o755)
    return f"{docker.parent}:{os.defpath}"


def test_every_image_can_be_pinned_to_what_the_registry_has_now(place: Path, registry: str) -> None:
    assert run(place, "pin-images.sh", "--check").returncode == 1

    done = run(place, "pin-images.sh", path=registry)

    assert done.returncode == 0, done.stderr
    base = yaml.safe_load((place / "docker-compose.yml").read_text())["services"]
    pinned = yaml.safe_load((place / "docker-compose.pinned.yml").read_text())
    assert [error.message for error in SCHEMA.iter_errors(pinned)] == []
    assert pinned["services"].keys() == base.keys()
    for name, service in base.items():
        if "build" in service:
            [(image, context)] = pinned["services"][name]["build"]["additional_contexts"].items()
            assert f"FROM {image} AS base" in (place / "Dockerfile").read_text()
            assert re.fullmatch(f"docker-image://{re.escape(image)}@sha256:[0-9a-f]{{64}}", context)
        else:
            assert re.fullmatch(
                f"{re.escape(service['image'])}@sha256:[0-9a-f]{{64}}", pinned["services"][name]["image"]
            )
    assert run(place, "pin-images.sh", "--check").returncode == 0


def test_an_image_that_is_another_by_now_has_no_digest(place: Path, registry: str) -> None:
    run(place, "pin-images.sh", path=registry)
    compose = place / "docker-compose.yml"
    compose.write_text(compose.read_text().replace("postgres:18.4-bookworm", "postgres:18.5-bookworm"))

    done = run(place, "pin-images.sh", "--check")

    assert done.returncode == 1
    assert "postgres:18.5-bookworm" in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        "requirements.txt",
        "requirements-flower.txt",
        "requirements-dev.txt",
        "requirements-samples.txt",
        "requirements-installer.txt",
    ],
)
def test_every_package_is_named_with_its_version_and_the_digests_of_its_files(name: str) -> None:
    text = (PROJECT / name).read_text().replace("\\\n", "")
    packages = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert [
        line for line in packages if not re.match(r"[\w.\[\], -]+==\S+( ; .+?)? +--hash=sha256:[0-9a-f]{64}", line)
    ] == []
    assert packages


def test_nothing_is_installed_without_its_digest() -> None:
    texts = {name: (PROJECT / name).read_text().replace("\\\n", "") for name in ("Makefile", "Dockerfile")}
    installs = [line for text in texts.values() for line in text.splitlines() if re.search(r"pip.* install ", line)]

    assert len(installs) >= 4
    assert [line for line in installs if "--require-hashes" not in line] == []
